import { createSigner } from '../src/endpoint/sign.ts';
import { HIT_CONNECTIONS } from './measure-hits.ts';

/** What the servers of hits sign by: a signature is part of what a request costs. */
export const HIT_SECRET = 'bench';

/** Gives a JPEG of 30 KB of the photograph. */
const HIT_WIDTH = 565;

/**
 * What is asked for, without the signature: the same picture at sizes that differ by a pixel, one for each connection,
 * so that no two requests can be answered by one lookup. It is also where the file storage keeps it.
 */
export const HIT_PATHS: readonly string[] = Array.from(
  { length: HIT_CONNECTIONS },
  (_, index) => `${HIT_WIDTH + index}x0/photo.jpg`,
);

const { sign } = createSigner({ algorithm: 'sha1', secrets: [HIT_SECRET], truncate: 0 });

/** As imagor-ts is asked for them. */
export const SIGNED_HIT_PATHS: readonly string[] = HIT_PATHS.map((path) => `/${sign(path)}/${path}`);
