import { AppError } from '../../errors.ts';
import type { Image } from '../../vips/image.ts';
import { flatten, paintable, parseColor, withAlpha } from '../color.ts';
import { embed, isAnimated } from '../geometry/pages.ts';
import { boundSide, checkSize } from '../resolution.ts';
import { intArg } from './arguments.ts';
import { type Canvas, type Filter, type FilterContext, imageFilter } from './filter.ts';

/** How soft the blurred copy behind `fill(blur)` is. */
const FILL_BLUR_SIGMA = 50;

/** `background_color(colour)`: what shines through transparent pixels. */
export const backgroundColor: Filter = imageFilter((image, [color]) =>
  color === undefined || !image.hasAlpha ? image : flatten(image, parseColor(color, image)),
);

/** `fill(colour)`: fills the URL's box around the picture; `blur` fills with the picture itself, `none` with nothing. */
export const fill: Filter = (picture, args, context) => ({
  ...picture,
  image: fillCanvas(picture.image, picture.canvas, args.join(','), context),
});

/** `padding(colour,left,top,right,bottom)`; one number is for all sides, two are for the sides and for top and bottom. */
export const padding: Filter = imageFilter((image, args, context) => {
  if (args.length < 2) return image;
  const [left = 0, second = 0, third = 0, fourth = 0] = args.slice(1).map((arg) => boundSide(intArg(arg)));
  const top = args.length > 2 ? second : left;
  const sides = args.length > 4 ? { right: third, bottom: fourth } : { right: left, bottom: top };
  return fillCanvas(
    image,
    { width: image.width, height: image.pageHeight, left, top, ...sides },
    args[0] ?? '',
    context,
  );
});

function fillCanvas(image: Image, canvas: Canvas, color: string, { options }: FilterContext): Image {
  const left = Math.trunc((canvas.width - image.width) / 2) + canvas.left;
  const top = Math.trunc((canvas.height - image.pageHeight) / 2) + canvas.top;
  const width = canvas.width + canvas.left + canvas.right;
  const height = canvas.height + canvas.top + canvas.bottom;
  const isSeen = left < width && top < height && left + image.width > 0 && top + image.pageHeight > 0;
  if (width < 1 || height < 1 || !isSeen) {
    throw new AppError('invalid', { publicMessage: 'a padding leaves nothing of the picture' });
  }
  checkSize(width, height, (width * height * image.height) / image.pageHeight, options);
  if (color === 'blur' && !options.disableBlur && !isAnimated(image)) {
    const backdrop = image.thumbnailImage(width, { height, size: 'force' }).gaussblur(FILL_BLUR_SIGMA);
    return backdrop.composite2(image, 'over', { x: left, y: top });
  }
  if (color === 'none' || color === 'transparent') return embed(withAlpha(image), left, top, width, height);
  const background = parseColor(color, image);
  const opaque = paintable(flatten(image, background), background);
  return embed(opaque.image, left, top, width, height, { extend: 'background', background: opaque.background });
}
