import { overlayParams, watermarkKey } from '../../endpoint/image-keys.ts';
import { isAnimated } from '../geometry/pages.ts';
import { boundSide } from '../resolution.ts';
import { floatArg, intArg } from './arguments.ts';
import { compositeOverlay, parseBlendMode } from './composite.ts';
import { type Filter, imageFilter } from './filter.ts';

/** `watermark(image,x,y,transparency,width,height)`: sizes in per cent of the picture, or `none` for its own. */
export const watermark: Filter = imageFilter((image, args, context) => {
  const [key, x = '', y = '', transparency, width, height] = args;
  if (key === undefined) return image;
  const share = (arg: string, whole: number): number =>
    arg === 'none' ? whole : boundSide(Math.trunc((whole * intArg(arg)) / 100));
  const box =
    width === undefined || height === undefined
      ? undefined
      : { width: share(width, image.width), height: share(height, image.pageHeight) };
  const isSized = box !== undefined && box.width > 0 && box.height > 0;
  const overlay = context.openImage(
    watermarkKey(key),
    isSized ? { ...box, crop: 'none', size: 'both' } : undefined,
    isAnimated(image) ? -1 : 1,
  );
  const isPlaced = args.length >= 3;
  return compositeOverlay(image, overlay, {
    x: isPlaced ? x : '',
    y: isPlaced ? y : '',
    transparency: floatArg(transparency),
    blendMode: 'over',
  });
});

/** `image(path,x,y,transparency,blend mode)`: another picture, with a size and filters of its own, laid over this one. */
export const image: Filter = imageFilter((base, args, context) => {
  const [path, x = '', y = '', transparency, blendMode = ''] = args;
  if (path === undefined) return base;
  const overlay = context.transform(overlayParams(path, base.width, base.pageHeight));
  return compositeOverlay(base, overlay, {
    x,
    y,
    transparency: floatArg(transparency),
    blendMode: parseBlendMode(blendMode),
  });
});
