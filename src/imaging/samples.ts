import type { Libvips } from '../vips/library.ts';
import { Scope } from '../vips/scope.ts';
import { VipsError } from '../vips/vips-error.ts';

// libheif opens HEIC and AVIF alike, and which of them it has decoders for shows only when one is decoded.

/** 64 × 64 black pixels, HEVC. */
export const HEIC_SAMPLE: Uint8Array = Buffer.from(
  'AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAUJtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAAA5waXRtAA' +
    'AAAAABAAAAImlsb2MAAAAAREAAAQABAAAAAAFmAAEAAAAAAAAAEwAAACNpaW5mAAAAAAABAAAAFWluZmUCAAAAAAEAAGh2YzEAAAAAwmlwcnAA' +
    'AACkaXBjbwAAAHhodmNDAQNwAAAAAAAAAAAAHvAA/P34+AAADwMgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQCEAAQArQgEBA3AAAAMAkA' +
    'AAAwAAAwAeoCCBBZbqSSmubgQEDAgAAAMACAAAAwAIQCIAAQAHRAHBcrAiQAAAABRpc3BlAAAAAAAAAEAAAABAAAAAEHBpeGkAAAAAAwgICAAA' +
    'ABZpcG1hAAAAAAAAAAEAAQOBAoMAAAAbbWRhdAAAAA8oAa8FGP0BDUn/15Xwk4A=',
  'base64',
);

/** 8 × 8 black pixels, AV1. */
export const AVIF_SAMPLE: Uint8Array = Buffer.from(
  'AAAAHGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZgAAAOptZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAAA5waXRtAA' +
    'AAAAABAAAAImlsb2MAAAAAREAAAQABAAAAAAEOAAEAAAAAAAAAGAAAACNpaW5mAAAAAAABAAAAFWluZmUCAAAAAAEAAGF2MDEAAAAAamlwcnAA' +
    'AABLaXBjbwAAABNjb2xybmNseAACAAIABoAAAAAMYXYxQ4EADAAAAAAUaXNwZQAAAAAAAAAIAAAACAAAABBwaXhpAAAAAAMICAgAAAAXaXBtYQ' +
    'AAAAAAAAABAAEEgYIDhAAAACBtZGF0EgAKCBgIv2CBAQNCMgofkD///8QAAK/u',
  'base64',
);

const known = new WeakMap<Libvips, Map<Uint8Array, boolean>>();

/** Whether this libvips can make pixels of a sample; found out once. */
export function decodes(libvips: Libvips, sample: Uint8Array): boolean {
  const results = known.get(libvips) ?? new Map<Uint8Array, boolean>();
  known.set(libvips, results);
  const result = results.get(sample) ?? tryDecoding(libvips, sample);
  results.set(sample, result);
  return result;
}

function tryDecoding(libvips: Libvips, sample: Uint8Array): boolean {
  using scope = new Scope(libvips);
  try {
    return scope.load(sample, { fail_on: 'error' }).avg() < 20;
  } catch (error) {
    if (error instanceof VipsError) return false;
    throw error;
  }
}
