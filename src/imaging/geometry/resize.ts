import type { ImageParams } from '../../endpoint/params.ts';
import type { Interesting } from '../../vips/enums.gen.ts';
import type { Image } from '../../vips/image.ts';
import type { LoadPlan } from '../load-plan.ts';
import { type ImagingOptions, isFilterEnabled } from '../options.ts';
import { checkResolution } from '../resolution.ts';
import { cropBox, intersectBoxes } from './crop-box.ts';
import { focalPoint } from './focal-point.ts';
import { extractArea } from './pages.ts';
import { applyThumbnail, focalThumbnail } from './thumbnail.ts';
import type { Extent } from './thumbnail-size.ts';
import { findTrim } from './trim.ts';

/** An image and the box that it was made for, which `fill` fills. */
interface Resized extends Extent {
  readonly image: Image;
}

/** Crops and trims, then brings the image to the size that the URL asks for. */
export function resize(source: Image, params: ImageParams, plan: LoadPlan, options: ImagingOptions): Resized {
  const { width: sourceWidth, pageHeight: sourceHeight } = source;
  const trimmed = params.trim ? findTrim(source, params.trimBy, params.trimTolerance) : undefined;
  const box = intersectBoxes(cropBox(params, sourceWidth, sourceHeight), trimmed);
  const isCropped = box !== undefined && box.right > box.left && box.bottom > box.top;
  const image = isCropped
    ? extractArea(
        source,
        Math.trunc(box.left),
        Math.trunc(box.top),
        Math.trunc(box.right - box.left),
        Math.trunc(box.bottom - box.top),
      )
    : source;
  const extent = uprightExtent(image);
  const target = targetBox(params, extent, plan.upscale);
  if (plan.resized) return { ...target, image };
  if (params.fitIn) return fitIn(image, params, extent, target, plan);
  if (plan.stretch) return { ...target, image: stretch(image, extent, target, plan, options) };
  const isSmaller = target.width < extent.width || target.height < extent.height;
  if (!plan.upscale && !isSmaller) return { ...target, image };
  const limits = { width: options.maxWidth, height: options.maxHeight };
  const focus = isFilterEnabled(options, 'focal') ? focalPoint(params.filters, sourceWidth, sourceHeight) : undefined;
  const filled = focus
    ? focalThumbnail(
        image,
        target,
        extent.width / extent.height,
        { x: (focus.x - (box?.left ?? 0)) / image.width, y: (focus.y - (box?.top ?? 0)) / image.pageHeight },
        limits,
      )
    : applyThumbnail(image, { ...target, crop: interesting(params, extent, target), size: 'both' }, limits);
  return { ...target, image: checkResolution(filled, options) };
}

/** The size after the EXIF orientation, which resizing applies. */
function uprightExtent(image: Image): Extent {
  const { width, pageHeight: height } = image;
  return image.orientation > 4 ? { width: height, height: width } : { width, height };
}

/** The URL's size with missing sides filled in from the picture's proportions. */
function targetBox(params: ImageParams, image: Extent, upscale: boolean): Extent {
  const { width, height } = params;
  if (width === 0 && height === 0) return image;
  if (width === 0) {
    const followed = Math.trunc((image.width * height) / image.height);
    return { width: upscale ? followed : Math.min(followed, image.width), height };
  }
  if (height === 0) {
    const followed = Math.trunc((image.height * width) / image.width);
    return { width, height: upscale ? followed : Math.min(followed, image.height) };
  }
  const isOtherWay = image.width / image.height > 1 !== width / height > 1;
  return params.adaptiveFitIn && isOtherWay ? { width: height, height: width } : { width, height };
}

function fitIn(image: Image, params: ImageParams, extent: Extent, box: Extent, plan: LoadPlan): Resized {
  const target = params.fullFitIn && box.width > 0 && box.height > 0 ? growToCover(box, extent) : box;
  const isSmaller = target.width < extent.width || target.height < extent.height;
  if (!plan.upscale && !isSmaller) return { ...target, image };
  return { ...target, image: image.thumbnailImage(target.width, { height: target.height, crop: 'none' }) };
}

/** The smallest box of the picture's proportions that holds the whole of `box`. */
function growToCover(box: Extent, image: Extent): Extent {
  const aspect = image.width / image.height;
  return aspect < box.width / box.height
    ? { width: box.width, height: Math.ceil(box.width / aspect) }
    : { width: Math.ceil(box.height * aspect), height: box.height };
}

function stretch(image: Image, extent: Extent, target: Extent, plan: LoadPlan, options: ImagingOptions): Image {
  const isSmaller = target.width < extent.width && target.height < extent.height;
  if (!plan.upscale && !isSmaller) return image;
  const limits = { width: options.maxWidth, height: options.maxHeight };
  return applyThumbnail(image, { ...target, crop: 'none', size: 'force' }, limits);
}

/** Which end of the axis that stands over is kept. */
function interesting({ smart, hAlign, vAlign }: ImageParams, image: Extent, target: Extent): Interesting {
  if (smart) return 'attention';
  const standsOverVertically = target.width / target.height > image.width / image.height;
  const align = standsOverVertically ? vAlign : hAlign;
  if (align === 'top' || align === 'left') return 'low';
  return align === 'bottom' || align === 'right' ? 'high' : 'centre';
}
