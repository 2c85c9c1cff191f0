import { decodeUtf8 } from './percent-encoding.ts';

/** Base64 with the URL-safe alphabet and with padding (RFC 4648 §5). */
export function encodeBase64Url(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_');
}

/**
 * The text that unpadded URL-safe Base64 (RFC 4648 §5) stands for; undefined when it is none. Line breaks are passed
 * over and unused low bits ignored, as in Go. Bytes that are not UTF-8 come out as `%XX`, see {@link decodeUtf8}.
 */
export function decodeBase64Url(text: string): string | undefined {
  const digits = text.replace(/[\r\n]/g, '');
  if (/[^A-Za-z0-9\-_]/.test(digits) || digits.length % 4 === 1) return undefined;
  return decodeUtf8(atob(digits.replaceAll('-', '+').replaceAll('_', '/')));
}
