import { AppError } from '../../errors.ts';
import type { Align, TextWrap } from '../../vips/enums.gen.ts';
import type { Image } from '../../vips/image.ts';
import type { Scope } from '../../vips/scope.ts';
import { VipsError } from '../../vips/vips-error.ts';
import type { ImagingOptions } from '../options.ts';
import { checkResolution, checkSize } from '../resolution.ts';

/** How a text is to be set, in the terms of libvips' `text`. Lengths are pixels. */
export interface Lettering {
  /** Pango's font description: `sans bold 24`. */
  readonly font: string;
  /** Wrap here. */
  readonly width?: number | undefined;
  /** Fit the letters into `width` and this. */
  readonly height?: number | undefined;
  readonly align?: Align;
  readonly justify?: boolean;
  readonly wrap?: TextWrap;
  /** Between the lines, on top of what the font leaves. */
  readonly spacing?: number | undefined;
  /** Dots an inch. */
  readonly dpi?: number | undefined;
}

/** At this resolution one point is one pixel; what libvips takes when it is told nothing. */
const DEFAULT_DPI = 72;

/** Pango's size for a font description that names none. */
const DEFAULT_POINTS = 12;

/**
 * Draws a text in black, its shape in the alpha band. Pango's markup counts where it is well formed; any other text,
 * `Tom & Jerry`, is drawn as it stands.
 *
 * @returns undefined for a text that has nothing to be seen, such as spaces.
 * @throws AppError `max-resolution-exceeded`, for most texts before libvips takes memory for them.
 */
export function drawText(scope: Scope, text: string, lettering: Lettering, options: ImagingOptions): Image | undefined {
  checkLettering(text, lettering, options);
  return draw(scope, text, lettering, options);
}

function draw(scope: Scope, markup: string, lettering: Lettering, options: ImagingOptions): Image | undefined {
  try {
    return checkResolution(scope.text(markup, { ...lettering, rgba: true }), options);
  } catch (error) {
    if (complains(error, 'no text to render')) return undefined;
    if (complains(error, 'invalid markup')) return draw(scope, escapeMarkup(markup), lettering, options);
    if (complains(error, 'typically too big')) throw new AppError('max-resolution-exceeded', { cause: error }); // Cairo
    throw error;
  }
}

/** libvips draws as soon as it is asked, unlike elsewhere: the size has to be guessed before, by squares for letters. */
function checkLettering(text: string, lettering: Lettering, options: ImagingOptions): void {
  const { font, height, spacing = 0, dpi = DEFAULT_DPI } = lettering;
  if (height !== undefined) {
    checkSize(1, height, height, options);
    return;
  }
  const [, size = DEFAULT_POINTS, isPixels] = /(\d+(?:\.\d+)?)(px)?\s*$/.exec(font) ?? [];
  const side = Math.round(isPixels ? Number(size) : (Number(size) * dpi) / DEFAULT_DPI);
  checkSize(side, side, text.length * side * (side + spacing), options);
}

function complains(error: unknown, complaint: string): boolean {
  return error instanceof VipsError && error.message.includes(complaint);
}

function escapeMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
