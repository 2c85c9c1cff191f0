/** What the first bytes of a file say it is. `unknown` is everything that is no picture we have heard of. */
export type ImageKind =
  | 'jpeg'
  | 'png'
  | 'gif'
  | 'webp'
  | 'avif'
  | 'heif'
  | 'jxl'
  | 'jp2'
  | 'tiff'
  | 'bmp'
  | 'ico'
  | 'psd'
  | 'pdf'
  | 'svg'
  | 'unknown';

const CONTENT_TYPES: Record<ImageKind, string> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  heif: 'image/heif',
  jxl: 'image/jxl',
  jp2: 'image/jp2',
  tiff: 'image/tiff',
  bmp: 'image/bmp',
  ico: 'image/vnd.microsoft.icon',
  psd: 'image/vnd.adobe.photoshop',
  pdf: 'application/pdf',
  svg: 'image/svg+xml',
  unknown: 'application/octet-stream',
};

/** The media type of a kind; `application/octet-stream` for `unknown`. */
export function contentTypeOf(kind: ImageKind): string {
  return CONTENT_TYPES[kind];
}

/** Bytes that are enough to recognise every kind; libvips does not look for `<svg` any farther. */
const HEAD_BYTES = 1024;

const HEIF_BRANDS = new Set(['heic', 'heix', 'hevc', 'mif1', 'msf1']);

/** TIFF 6.0, and BigTIFF with its 43 instead of 42; each in both byte orders. */
const TIFF = /^(?:II[*+]\0|MM\0[*+])/;

/** What may stand before the root element of an XML document (XML 1.0 §2.8), after a byte order mark. */
const SVG_PROLOGUE = /^(?:\xef\xbb\xbf)?(?:\s+|<\?[\s\S]*?\?>|<!--[\s\S]*?-->|<!doctype\s[^[>]*(?:\[[^\]]*\]\s*)?>)*/i;

const SVG = /^<(?:svg:)?svg[\s/>]/i;

/** Recognises a file by its first bytes; the magic numbers are those of each format's specification. */
export function sniff(bytes: Uint8Array): ImageKind {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, HEAD_BYTES)).toString('latin1');
  if (head.startsWith('\xff\xd8\xff')) return 'jpeg';
  if (head.startsWith('\x89PNG')) return 'png';
  if (head.startsWith('GIF8')) return 'gif';
  if (head.startsWith('RIFF') && head.startsWith('WEBP', 8)) return 'webp';
  if (head.startsWith('ftyp', 4)) return isobmffKind(head);
  if (head.startsWith('\xff\x0a') || head.startsWith('\x00\x00\x00\x0cJXL \r\n\x87\n')) return 'jxl';
  if (head.startsWith('\x00\x00\x00\x0cjP  \r\n\x87\n') || head.startsWith('\xff\x4f\xff\x51')) return 'jp2';
  if (TIFF.test(head)) return 'tiff';
  if (head.startsWith('BM')) return 'bmp';
  if (head.startsWith('8BPS')) return 'psd';
  if (isIcon(head)) return 'ico';
  if (head.startsWith('%PDF-')) return 'pdf';
  return SVG.test(head.replace(SVG_PROLOGUE, '')) ? 'svg' : 'unknown';
}

/** ICONDIR: the type, how many pictures there are, and in the first one's entry a byte that is always 0. */
function isIcon(head: string): boolean {
  return head.startsWith('\0\0\x01\0') && !head.startsWith('\0\0', 4) && head[5] === '\0' && head[9] === '\0';
}

/** ISO/IEC 14496-12: the major brand after `ftyp`; AVIF sequences (`avis`) count as AVIF. */
function isobmffKind(head: string): ImageKind {
  const brand = head.slice(8, 12);
  if (brand === 'avif' || brand === 'avis') return 'avif';
  if (!HEIF_BRANDS.has(brand)) return 'unknown';
  // a file may call itself mif1 first and avif only among the compatible brands
  const compatible = head.slice(16, Math.max(16, head.charCodeAt(2) * 256 + head.charCodeAt(3)));
  return brand.startsWith('m') && compatible.includes('avif') ? 'avif' : 'heif';
}

/** Kinds whose files can hold frames that play one after another. */
export function canBeAnimated(kind: ImageKind): boolean {
  return kind === 'gif' || kind === 'webp';
}
