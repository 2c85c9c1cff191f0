import { AppError } from '../../errors.ts';
import { toSrgb } from '../color.ts';
import { type Filter, imageFilter } from './filter.ts';

/** Metadata that says what the pixels mean or how frames play; all else is `strip_exif`'s to take away. */
const ESSENTIAL_FIELDS: ReadonlySet<string> = new Set([
  'icc-profile-data',
  'vips-loader', // the format to save in
  'orientation',
  'n-pages',
  'page-height',
  'delay',
  'loop',
  'palette-bit-depth',
]);

/** 72 dots an inch, in libvips' dots a millimetre. */
const DEFAULT_RESOLUTION = 72 / 25.4;

/** `strip_exif()`: EXIF, XMP, IPTC and whatever else a file says about itself. */
export const stripExif: Filter = imageFilter((image) => {
  const plain = image.copy({ xres: DEFAULT_RESOLUTION, yres: DEFAULT_RESOLUTION });
  const fields = plain.fields.filter((name) => !ESSENTIAL_FIELDS.has(name));
  return plain.withMetadata(Object.fromEntries(fields.map((name) => [name, undefined])));
});

/** `strip_icc()`: converts to sRGB and drops the profile, so that colours look the same without it. */
export const stripIcc: Filter = imageFilter((image) => toSrgb(image).withMetadata({ 'icc-profile-data': undefined }));

/** Profiles that libvips has inside of it. It takes any other name for a file's, and URLs are not to name those. */
const PROFILES: ReadonlySet<string> = new Set(['srgb', 'p3', 'cmyk']);

/** `to_colorspace(profile)`: from the embedded profile to `srgb`, `p3` or `cmyk`; nothing without a profile. */
export const toColorspace: Filter = imageFilter((image, [profile]) => {
  if (!image.has('icc-profile-data')) return image;
  const wanted = profile?.toLowerCase() || 'srgb';
  if (!PROFILES.has(wanted)) {
    throw new AppError('unsupported-format', { publicMessage: 'to_colorspace() knows srgb, p3 and cmyk' });
  }
  const depth = image.interpretation === 'rgb16' ? 16 : 8;
  return image.iccTransform(wanted, { embedded: true, depth });
});
