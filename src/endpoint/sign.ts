import { hmac } from '@noble/hashes/hmac.js';
import { sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import type { CHash } from '@noble/hashes/utils.js';
import { encodeBase64Url } from './base64url.ts';

/** The hash functions that URLs may be signed with. */
export type SignatureAlgorithm = 'sha1' | 'sha256' | 'sha512';

const HASHES: Readonly<Record<SignatureAlgorithm, CHash>> = { sha1, sha256, sha512 };

/** How URLs are signed. */
export interface SignerOptions {
  readonly algorithm: SignatureAlgorithm;
  /** The first signs, all verify: a new secret goes to the front while URLs signed with the old ones are about. */
  readonly secrets: readonly [string, ...string[]];
  /** Characters of the signature to keep; all of them for 0. */
  readonly truncate: number;
}

/** Signs paths and verifies signatures. The functions need no `this`. */
export interface Signer {
  /** The signature of a path, which begins after the hash: HMAC (RFC 2104) in padded base64url (RFC 4648 §5). */
  readonly sign: (path: string) => string;
  /** Whether the hash is that of the path by any of the secrets. How long it takes tells nothing about them. */
  readonly verify: (path: string, hash: string) => boolean;
}

/** Makes a signer. The work that depends on the secrets alone is done here, once. */
export function createSigner({ algorithm, secrets, truncate }: SignerOptions): Signer {
  const [newest, ...older] = secrets;
  const sign = keyedSign(algorithm, newest, truncate);
  const signs = [sign, ...older.map((secret) => keyedSign(algorithm, secret, truncate))];
  return {
    sign,
    verify: (path, hash) => signs.map((signOf) => equals(signOf(path), hash)).includes(true),
  };
}

type Sign = (path: string) => string;

function keyedSign(algorithm: SignatureAlgorithm, secret: string, truncate: number): Sign {
  const encoder = new TextEncoder();
  const keyed = hmac.create(HASHES[algorithm], encoder.encode(secret));
  return (path) => {
    const signature = encodeBase64Url(keyed.clone().update(encoder.encode(path)).digest());
    return truncate > 0 ? signature.slice(0, truncate) : signature;
  };
}

/** Looks at every character of two texts of the same length, wherever they differ. The length is no secret. */
function equals(expected: string, given: string): boolean {
  if (expected.length !== given.length) return false;
  let difference = 0;
  for (let at = 0; at < expected.length; at++) difference |= expected.charCodeAt(at) ^ given.charCodeAt(at);
  return difference === 0;
}
