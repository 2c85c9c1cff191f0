import type { Filter } from '../endpoint/params.ts';

/** File name endings by media type. */
const EXTENSIONS: Readonly<Record<string, string>> = {
  'image/jpeg': '.jpg',
  'image/png': '.png',
  'image/gif': '.gif',
  'image/webp': '.webp',
  'image/avif': '.avif',
  'image/heif': '.heif',
  'image/jxl': '.jxl',
  'image/jp2': '.jp2',
  'image/tiff': '.tiff',
  'image/bmp': '.bmp',
  'image/svg+xml': '.svg',
  'application/pdf': '.pdf',
  'application/json': '.json',
};

/**
 * `Content-Disposition` (RFC 6266): `inline`, or with `attachment(name)` a download by that name, or by the source's.
 * The name gets the ending of what is really sent. Names beyond ASCII, and those that the URL has to escape, also go
 * out as `filename*` (RFC 8187), which browsers prefer.
 */
export function contentDisposition(filters: readonly Filter[], image: string, contentType: string): string {
  const attachment = filters.find(({ name }) => name === 'attachment');
  if (!attachment) return 'inline';
  const extension = EXTENSIONS[contentType] ?? '';
  const nameOf = (text: string): string => withExtension(text.replace(NO_FILE_NAME, '_'), extension);
  const name = nameOf(attachment.args || image.slice(image.lastIndexOf('/') + 1));
  const extended = attachment.args.includes('%') ? nameOf(unescaped(attachment.args)) : name;
  const ascii = name.replaceAll('"', '%22').replace(/[^\x20-\x7e]/g, '_');
  const quoted = `attachment; filename="${ascii}"`;
  const isPlain = extended === name && /^[\x20-\x7e]*$/.test(name);
  return isPlain ? quoted : `${quoted}; filename*=UTF-8''${extendedValue(extended)}`;
}

/** Slashes of either kind and control characters, which file systems and browsers replace, too. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is these that must not get into a header
const NO_FILE_NAME = /[/\\\x00-\x1f\x7f-\x9f]/g;

/** As it is where its escapes make no sense. */
function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function withExtension(name: string, extension: string): string {
  if (extension === '.jpg' && name.endsWith('.jpeg')) return name;
  return name.endsWith(extension) ? name : name + extension;
}

/** RFC 8187 §3.2.1: what encodeURIComponent leaves alone, less `'`, `(`, `)` and `*`. */
function extendedValue(text: string): string {
  const percent = (char: string): string => `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text).replace(/['()*]/g, percent);
}
