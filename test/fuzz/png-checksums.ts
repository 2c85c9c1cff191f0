import { crc32 } from 'node:zlib';

/** Makes the checksums of a damaged PNG right again (ISO/IEC 15948 §5.3), so that its decoder looks at the damage. */
export function fixPngChecksums(bytes: Buffer): Buffer {
  const fixed = Buffer.from(bytes);
  for (let at = 8; at + 12 <= fixed.length; ) {
    const end = at + 8 + fixed.readUInt32BE(at);
    if (end + 4 > fixed.length) break;
    fixed.writeUInt32BE(crc32(fixed.subarray(at + 4, end)), end);
    at = end + 4;
  }
  return fixed;
}
