import type { ProcessOutput } from '../core/ports.ts';
import type { ImageParams } from '../endpoint/params.ts';
import type { Image } from '../vips/image.ts';
import { type DetectedRegion, regionInPixels } from './detector.ts';
import { outputFormat } from './encode.ts';
import { canSaveAnimation, contentTypeOfFormat, type LoadFormat, saveFormatFor } from './formats.ts';
import { frameCount } from './geometry/pages.ts';
import type { ImagingOptions } from './options.ts';
import { placeholders } from './placeholders.ts';

/** `exif-ifd0-`, `exif-ifd2-` and so on: what libvips puts before the names of EXIF tags. */
const EXIF_PREFIX_LENGTH = 'exif-ifd0-'.length;

/** Answers `meta/`: what the result would be, as JSON with imagor's names. */
export function describe(
  image: Image,
  params: ImageParams,
  source: Uint8Array,
  options: ImagingOptions,
  detected: readonly DetectedRegion[] = [],
): ProcessOutput {
  const format = outputFormat(image, params, source, options);
  const stripsExif = params.filters.some(({ name }) => name === 'strip_exif');
  const metadata = {
    format,
    content_type: contentTypeOfFormat(format),
    width: image.width,
    height: image.pageHeight,
    orientation: image.has('orientation') ? image.orientation : 0,
    pages: pageCount(image, format),
    bands: image.bands,
    exif: stripsExif ? {} : readExif(image),
    ...(detected.length > 0 ? { detected_regions: detected.map((region) => describeRegion(region, image)) } : {}),
    ...placeholders(image, params.filters),
  };
  return { bytes: Buffer.from(JSON.stringify(metadata)), contentType: 'application/json' };
}

/** In pixels of the result. */
function describeRegion(region: DetectedRegion, { width, pageHeight }: Image): Record<string, number | string> {
  const { score, name } = region;
  return { ...regionInPixels(region, width, pageHeight), ...(score ? { score } : {}), ...(name ? { name } : {}) };
}

function pageCount(image: Image, format: LoadFormat): number {
  if (format === 'pdf') return image.pages;
  return canSaveAnimation(saveFormatFor(format)) ? frameCount(image) : 1;
}

/** EXIF tags by name, without the type that libvips adds: `Canon (Canon, ASCII, 6 components, 6 bytes)` is `Canon`. */
function readExif(image: Image): Record<string, string> {
  const tags = image.fields
    .filter((field) => field.startsWith('exif') && field.length >= EXIF_PREFIX_LENGTH)
    .map((field) => [field.slice(EXIF_PREFIX_LENGTH), shorten(image.get(field))] as const)
    .filter(([name, value]) => name !== '' && value !== '')
    .reverse() // the picture's own tags (IFD0) win over those of its thumbnail (IFD1)
    .sort(([a], [b]) => (a < b ? -1 : 1)); // Go's order for maps
  return Object.fromEntries(tags);
}

function shorten(value: unknown): string {
  const text = typeof value === 'string' ? value : '';
  const end = text.indexOf(' (');
  return (end === -1 ? text : text.slice(0, end)).trim();
}
