import { isUnchangedSince, type Stat } from '../core/blob.ts';
import type { Known } from '../core/ports.ts';

/** Stores may leave out the quotes; inside of them a comma is part of the tag (RFC 9110 §8.8.3). */
const ETAG = /(?<=^|,)\s*((?:W\/)?(?:"[^"]*"|[^\s,"]+))\s*(?=,|$)/g;

/** Whether an object is what somebody has already: by the etag alone where one is known (RFC 9110 §13.1.3). */
export function isKnown(found: Stat, known: Known): boolean {
  if (known.etag !== undefined) {
    return found.etag !== undefined && listed(known.etag).includes(opaque(found.etag));
  }
  if (known.modifiedAt === undefined || found.modifiedAt === undefined) return false;
  return isUnchangedSince(found.modifiedAt, known.modifiedAt);
}

function listed(etags: string): string[] {
  return [...etags.matchAll(ETAG)].map(([, etag = '']) => opaque(etag));
}

/** RFC 9110 §13.1.2: the weak comparison. */
function opaque(etag: string): string {
  return etag.replace(/^W\//, '');
}
