import { flatten, parseColor, withColorBands } from '../color.ts';
import { clockwise, extractArea, frameCount, rotate as rotateFrames } from '../geometry/pages.ts';
import { findTrim } from '../geometry/trim.ts';
import { floatArg, intArg, unescapeArg } from './arguments.ts';
import { type Canvas, type Filter, imageFilter } from './filter.ts';

/** `rotate(degrees)`: 90, 180 or 270, anticlockwise; the canvas that `fill` fills turns along. */
export const rotate: Filter = ({ image, canvas }, [degrees]) => {
  const angle = intArg(degrees);
  const turned = angle === 90 || angle === 270 ? turn(canvas) : canvas;
  return { image: angle > 0 ? rotateFrames(image, clockwise(angle)) : image, canvas: turned };
};

function turn({ width, height, left, top, right, bottom }: Canvas): Canvas {
  return { width: height, height: width, left: top, top: left, right: bottom, bottom: right };
}

/** `proportion(percent)`: scales down to a share of the size; 0.5 is 50 per cent, and more than 100 is 100. */
export const proportion: Filter = imageFilter((image, [percent]) => {
  const given = Math.min(floatArg(percent), 100);
  const scale = given > 1 ? given / 100 : given;
  const width = Math.trunc(image.width * scale);
  const height = Math.trunc(image.pageHeight * scale);
  return width > 0 && height > 0 ? image.thumbnailImage(width, { height }) : image;
});

/** `crop(left,top,width,height)`: pixels, or shares of the size where below 1; what stands over is left out. */
export const crop: Filter = imageFilter((image, args) => {
  if (args.length < 4) return image;
  const { width: imageWidth, pageHeight: imageHeight } = image;
  const pixels = (arg: string | undefined, whole: number): number => {
    const value = floatArg(arg);
    return value > 0 && value < 1 ? value * whole : value;
  };
  const left = Math.max(0, Math.min(pixels(args[0], imageWidth), imageWidth));
  const top = Math.max(0, Math.min(pixels(args[1], imageHeight), imageHeight));
  const width = Math.min(pixels(args[2], imageWidth), imageWidth - left);
  const height = Math.min(pixels(args[3], imageHeight), imageHeight - top);
  // less than one pixel is no crop
  if (Math.trunc(width) <= 0 || Math.trunc(height) <= 0) return image;
  return extractArea(image, Math.trunc(left), Math.trunc(top), Math.trunc(width), Math.trunc(height));
});

/** `trim(tolerance,corner)`: cuts off a border of the colour in that corner. */
export const trim: Filter = imageFilter((image, [tolerance, corner = '']) => {
  const box = findTrim(image, corner, intArg(tolerance));
  return box ? extractArea(image, box.left, box.top, box.right - box.left, box.bottom - box.top) : image;
});

/** `round_corner(rx)`, `round_corner(rx,ry)` or `round_corner(rx,ry,colour)`: pixels; without a colour, transparent. */
export const roundCorner: Filter = imageFilter((image, args) => {
  if (args[0] === undefined) return image;
  const rx = intArg(unescapeArg(args[0]));
  const ry = args[1] === undefined ? rx : intArg(args[1]);
  const { width, pageHeight: height } = image;
  const svg = `<svg viewBox="0 0 ${width} ${height}"><rect rx="${rx}" ry="${ry}" width="${width}" height="${height}" fill="#fff"/></svg>`;
  const mask = image.scope.svgloadBuffer(Buffer.from(svg)).replicate(1, frameCount(image));
  const rounded = withColorBands(image).composite2(mask, 'dest-in');
  return args.length === 3 ? flatten(rounded, parseColor(args[2] ?? '', image)) : rounded;
});
