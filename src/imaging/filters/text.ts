import type { Align, TextWrap } from '../../vips/enums.gen.ts';
import type { Image } from '../../vips/image.ts';
import { parseColor, type Rgb, withAlpha } from '../color.ts';
import { boundSide } from '../resolution.ts';
import { floatArg, intArg, unescapeArg } from './arguments.ts';
import { compositeOverlay, parseBlendMode } from './composite.ts';
import { drawText, type Lettering } from './draw-text.ts';
import { type Filter, imageFilter } from './filter.ts';
import { resolveTextWidth } from './text-width.ts';

const BLACK = '000';

/** Pixels that a label is high when the URL does not say. */
const LABEL_HEIGHT = 20;

/** Wider than any label may become; libvips fits text into a box, and the height is what counts here. */
const LABEL_WIDTH = 9999;

const ALIGNMENTS: ReadonlyMap<string, Align> = new Map([
  ['centre', 'centre'],
  ['center', 'centre'],
  ['high', 'high'],
  ['right', 'high'],
]);

const WRAPS: ReadonlyMap<string, TextWrap> = new Map([
  ['char', 'char'],
  ['wordchar', 'word-char'],
  ['word_char', 'word-char'],
  ['none', 'none'],
]);

/** `label(text,x,y,size,colour,transparency,font)`: one line of text, `size` pixels high. */
export const label: Filter = imageFilter((image, args, { options }) => {
  const [encoded, x = '', y = '', size, color = BLACK, transparency, font = 'sans'] = args;
  const words = decodeText(encoded);
  const height = size === undefined ? LABEL_HEIGHT : positive(size);
  const lettering = { font: fontName(font), width: LABEL_WIDTH, height };
  const drawn = words === '' ? undefined : drawText(image.scope, words, lettering, options);
  if (!drawn) return image;
  const tinted = tint(drawn, parseColor(color, image));
  const boxed = height && tinted.height < height ? tinted.embed(0, 0, tinted.width, height) : tinted;
  return compositeOverlay(withAlpha(image), boxed, { x, y, transparency: floatArg(transparency), blendMode: 'over' });
});

/** `text(text,x,y,font,colour,transparency,blend mode,width,align,justify,wrap,spacing,dpi)`: wrapped text. */
export const text: Filter = imageFilter((image, args, { options }) => {
  const [encoded, x = '', y = '', font = 'sans 20', color = BLACK, transparency, blendMode = ''] = args;
  const [width, align = '', justify = '', wrap = '', spacing, dpi] = args.slice(7);
  const words = decodeText(encoded);
  const lettering: Lettering = {
    font: fontName(font),
    width: boundSide(resolveTextWidth(width, image.width)) || undefined,
    align: ALIGNMENTS.get(align.toLowerCase()) ?? 'low',
    justify: justify === 'true' || justify === '1',
    wrap: WRAPS.get(wrap.toLowerCase()) ?? 'word',
    spacing: positive(spacing),
    dpi: positive(dpi),
  };
  const drawn = words === '' ? undefined : drawText(image.scope, words, lettering, options);
  if (!drawn) return image;
  return compositeOverlay(withAlpha(image), tint(drawn, parseColor(color, image)), {
    x,
    y,
    transparency: floatArg(transparency),
    blendMode: parseBlendMode(blendMode),
  });
});

/** `+` and percent escapes, then `b64:` (RFC 4648 §5) for what cannot be written in a URL; empty for blank text. */
function decodeText(encoded: string | undefined): string {
  const plain = unescapeArg(encoded ?? '');
  const payload = plain.startsWith('b64:') ? plain.slice(4) : undefined;
  const isBase64 = payload !== undefined && /^[A-Za-z0-9_-]*$/.test(payload) && payload.length % 4 !== 1;
  const decoded = isBase64 ? Buffer.from(payload, 'base64url').toString() : plain;
  return decoded.trim() === '' ? '' : decoded;
}

/** libvips' own choice where the URL makes none. */
const DEFAULT_FONT = 'sans 12';

/** Pango's font description, in which URLs write `-` for a space: `sans-bold-24`. */
function fontName(font: string): string {
  return unescapeArg(font).replaceAll('-', ' ') || DEFAULT_FONT;
}

/** Text is drawn in black with its shape in the alpha band; gives the black another colour. */
function tint(drawn: Image, [red, green, blue]: Rgb): Image {
  return drawn.linear([0, 0, 0, 1], [red, green, blue, 0]).cast('uchar');
}

function positive(arg: string | undefined): number | undefined {
  const value = boundSide(intArg(arg));
  return value > 0 ? value : undefined;
}
