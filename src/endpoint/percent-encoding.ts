/** How each byte is escaped: in upper case, as RFC 3986 §2.1 has it. */
const ESCAPES = Array.from({ length: 256 }, (_, byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`);

/** A well-formed sequence of several bytes (RFC 3629 §4), or one byte that belongs to none; a char is a byte. */
const BEYOND_ASCII =
  /[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}|[\x80-\xff]/g;

/**
 * Escapes the UTF-8 bytes of all characters but those to keep and the unreserved ones of RFC 3986 §2.3, which are
 * letters, digits and `-_.~`. A lone surrogate counts as U+FFFD.
 */
export function percentEncode(text: string, kept: ReadonlySet<string>): string {
  return text.replace(/[^A-Za-z0-9\-_.~]/gu, (char) => (kept.has(char) ? char : escapeBytes(utf8Bytes(char))));
}

/**
 * Decodes `%XX`, and `+` as a space, as Go's `url.QueryUnescape` does. A text with one bad escape (`100%`) stays as
 * it is altogether. Bytes that are not UTF-8 stay escaped, see {@link decodeUtf8}.
 */
export function queryUnescape(text: string): string {
  if (!/[%+]/.test(text) || /%(?![0-9a-f]{2})/i.test(text)) return text;
  return text.replaceAll('+', ' ').replace(/(?:%[0-9a-f]{2})+/gi, (escapes) => decodeUtf8(unescapeBytes(escapes)));
}

/**
 * Decodes UTF-8. A byte that belongs to no character becomes `%XX`: Go's strings keep such bytes, ours cannot, and
 * this way `caf%E9.jpg` still names the same file to an HTTP server, and names that differ in such bytes still differ.
 *
 * @param bytes One byte a char, 0–0xff, as `atob` returns them.
 */
export function decodeUtf8(bytes: string): string {
  return bytes.replace(BEYOND_ASCII, (sequence) => {
    const escaped = escapeBytes(sequence);
    return sequence.length > 1 ? decodeURIComponent(escaped) : escaped;
  });
}

function utf8Bytes(char: string): string {
  return char <= '\x7f' ? char : String.fromCharCode(...new TextEncoder().encode(char));
}

function escapeBytes(bytes: string): string {
  let escaped = '';
  for (let at = 0; at < bytes.length; at++) escaped += ESCAPES[bytes.charCodeAt(at)];
  return escaped;
}

function unescapeBytes(escapes: string): string {
  let bytes = '';
  for (let at = 1; at < escapes.length; at += 3) {
    bytes += String.fromCharCode(Number.parseInt(escapes.slice(at, at + 2), 16));
  }
  return bytes;
}
