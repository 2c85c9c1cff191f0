import type { Rgb } from '../color.ts';

/** imagor's colours for kinds of things. */
const PALETTE: readonly Rgb[] = [
  [0xff, 0x33, 0x33],
  [0x33, 0xaa, 0xff],
  [0xaa, 0x33, 0xff],
  [0xff, 0xaa, 0x00],
  [0x33, 0xff, 0x66],
  [0xff, 0x33, 0xaa],
  [0x00, 0xcc, 0xcc],
  [0xff, 0xff, 0x33],
  [0xff, 0x66, 0x00],
  [0x00, 0x66, 0xff],
  [0x66, 0xff, 0x00],
  [0xcc, 0x00, 0x66],
];

/** The colour that a kind of thing is framed in: always the same for the same name, and the same as imagor's. */
export function detectionColor(name: string): Rgb {
  return PALETTE[fnv1a(Buffer.from(name)) % PALETTE.length] ?? [0, 0, 0];
}

/** FNV-1a of 32 bits, Fowler, Noll and Vo. */
function fnv1a(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}
