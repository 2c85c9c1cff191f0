import type { Image } from '../../vips/image.ts';
import { boundSide } from '../resolution.ts';
import type { Box } from './crop-box.ts';
import { isAnimated } from './pages.ts';

/** Stands in for transparency while borders are looked for: a colour that pictures hardly have. */
const MAGENTA = [255, 0, 255];

/** What libvips takes where a URL names a tolerance that libvips refuses. */
const LIBVIPS_TOLERANCE = 10;

/** Pixels on each side of what libvips looks at together, so that single specks do not count. */
const WINDOW = 3;

/**
 * Finds what is left when a border of one colour is cut off. Reads all pixels.
 *
 * @param corner The pixel that shows the border's colour; anything but `bottom-right` means the top left one.
 * @param tolerance How far a pixel may differ from it and still be border, in steps of 255; 0 for the default of 1, less for
 * libvips' own.
 * @returns undefined for animations, which are not trimmed, for pictures that are border all over, and for tiny ones.
 */
export function findTrim(image: Image, corner: string, tolerance: number): Box | undefined {
  if (isAnimated(image) || Math.min(image.width, image.height) < WINDOW) return undefined;
  const marked = image.interpretation === 'srgb' ? image : image.colourspace('srgb');
  const flat = marked.hasAlpha ? marked.flatten({ background: MAGENTA }) : marked;
  const background = corner === 'bottom-right' ? flat.getpoint(flat.width - 1, flat.height - 1) : flat.getpoint(0, 0);
  const threshold = tolerance < 0 ? LIBVIPS_TOLERANCE : boundSide(tolerance) || 1;
  const { left, top, width, height } = flat.findTrim({ threshold, background });
  return width > 0 && height > 0 ? { left, top, right: left + width, bottom: top + height } : undefined;
}
