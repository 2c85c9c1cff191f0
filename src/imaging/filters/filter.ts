import type { ImageParams } from '../../endpoint/params.ts';
import type { Image } from '../../vips/image.ts';
import type { DetectedRegion } from '../detector.ts';
import type { Thumbnail } from '../geometry/thumbnail.ts';
import type { ImagingOptions } from '../options.ts';

/** The box that the URL asked for, which `fill` fills; pixels. Turns with the picture when `rotate` does. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** What filters hand to one another. */
export interface Picture {
  readonly image: Image;
  readonly canvas: Canvas;
}

/** What a filter may ask for beside the picture. */
export interface FilterContext {
  readonly options: ImagingOptions;
  /**
   * Opens an image that the filter names, which the core fetched before the job began.
   *
   * @param thumbnail The size to bring it to; undefined for its own, within the limits.
   * @param frames How many frames to load, -1 for all.
   * @throws AppError `not-found` where the core fetched no such image.
   */
  openImage(key: string, thumbnail: Thumbnail | undefined, frames: number): Image;
  /** Makes the picture that an image path inside a filter describes, with filters of its own. */
  transform(params: ImageParams): Image;
  /** What the server's detectors find in an image; nothing where there are none. */
  detect(image: Image): readonly DetectedRegion[];
}

/** One filter: `args` are the texts between its commas, undecoded. Filters never change an image, they make new ones. */
export type Filter = (picture: Picture, args: readonly string[], context: FilterContext) => Picture;

/** A filter that changes pixels or metadata and has no say about the canvas. */
export function imageFilter(change: (image: Image, args: readonly string[], context: FilterContext) => Image): Filter {
  return (picture, args, context) => ({ ...picture, image: change(picture.image, args, context) });
}
