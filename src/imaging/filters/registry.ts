import { brightness, contrast, grayscale, hue, invert, modulate, rgb, saturation } from './adjust.ts';
import { blur, pixelate, sharpen } from './blur.ts';
import { stripExif, stripIcc, toColorspace } from './color-profile.ts';
import { drawDetections, redact, redactOval } from './detections.ts';
import { backgroundColor, fill, padding } from './fill.ts';
import type { Filter } from './filter.ts';
import { image, watermark } from './overlay.ts';
import { crop, proportion, rotate, roundCorner, trim } from './shape.ts';
import { label, text } from './text.ts';

/** Every filter that changes the picture, by the name it has in URLs. Names that are not here are passed over. */
export const FILTERS: ReadonlyMap<string, Filter> = new Map(
  Object.entries({
    background_color: backgroundColor,
    blur,
    brightness,
    contrast,
    crop,
    draw_detections: drawDetections,
    fill,
    grayscale,
    hue,
    image,
    invert,
    label,
    modulate,
    padding,
    pixelate,
    proportion,
    redact,
    redact_oval: redactOval,
    rgb,
    rotate,
    round_corner: roundCorner,
    saturation,
    sharpen,
    strip_exif: stripExif,
    strip_icc: stripIcc,
    text,
    to_colorspace: toColorspace,
    trim,
    watermark,
  }),
);
