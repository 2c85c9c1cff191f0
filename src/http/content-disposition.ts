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
 * The name gets the ending of what is really sent. Names beyond ASCII also go out as `filename*` (RFC 8187).
 */
export function contentDisposition(filters: readonly Filter[], image: string, contentType: string): string {
  const attachment = filters.find(({ name }) => name === 'attachment');
  if (!attachment) return 'inline';
  const name = withExtension(attachment.args || image.slice(image.lastIndexOf('/') + 1), EXTENSIONS[contentType] ?? '');
  const ascii = name.replaceAll('"', '%22').replace(/[^\x20-\x7e]|\\/g, '_');
  const quoted = `attachment; filename="${ascii}"`;
  return /^[\x20-\x7e]*$/.test(name) ? quoted : `${quoted}; filename*=UTF-8''${extendedValue(name)}`;
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
