import { decodeBase64Url } from './base64url.ts';
import type { ImageParams } from './params.ts';
import { queryUnescape } from './percent-encoding.ts';

const BASE64_PREFIX = 'b64:';

/** An image's key from how a URL or `watermark()` writes it: percent-encoded, `b64:`, or plain. Never fails. */
export function decodeImage(written: string): Pick<ImageParams, 'image' | 'base64Image'> {
  const image = queryUnescape(written);
  const decoded = image.startsWith(BASE64_PREFIX) ? decodeBase64Url(image.slice(BASE64_PREFIX.length)) : undefined;
  // A file may be called `b64:photo.jpg`.
  return decoded === undefined ? { image, base64Image: false } : { image: decoded, base64Image: true };
}
