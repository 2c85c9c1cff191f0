import { createHash } from 'node:crypto';

const DIGEST_BYTES = 32;

/** Makes content that tells whether it is whole: a digest of the rest, the name, and filling. */
export function seal(name: string, size: number): Buffer {
  const content = Buffer.alloc(size, `${name}\n`);
  return Buffer.concat([digestOf(content), content]);
}

/** Whether this is all of what was sealed by that name. */
export function isSealed(name: string, bytes: Buffer): boolean {
  const content = bytes.subarray(DIGEST_BYTES);
  return (
    digestOf(content).equals(bytes.subarray(0, DIGEST_BYTES)) && content.toString('latin1').startsWith(`${name}\n`)
  );
}

function digestOf(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
