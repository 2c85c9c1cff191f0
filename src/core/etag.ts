import { getFips, hash } from 'node:crypto';

/** What S3 uses for plain uploads, so that a result has one etag whether it was just made or comes from a bucket. */
const ALGORITHM = getFips() ? 'sha256' : 'md5';

/** A strong entity tag (RFC 9110 §8.8.3), quotes included, that depends on nothing but the bytes. */
export function etagOf(bytes: Uint8Array): string {
  return `"${hash(ALGORITHM, bytes, 'hex')}"`;
}
