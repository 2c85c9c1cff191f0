import type { Angle, Extend } from '../../vips/enums.gen.ts';
import type { Image } from '../../vips/image.ts';

// libvips stacks the frames of an animation in one tall image; what moves pixels about has to go frame by frame

/** Whether more than one frame is loaded. */
export function isAnimated(image: Image): boolean {
  return image.height > image.pageHeight;
}

/** How many frames are loaded. */
export function frameCount(image: Image): number {
  return Math.max(1, Math.floor(image.height / image.pageHeight));
}

/** Applies `change` to each frame, all of which must come out the same size, and stacks them again. */
export function mapFrames(image: Image, change: (frame: Image) => Image): Image {
  if (!isAnimated(image)) return change(image);
  const { pageHeight, width, scope } = image;
  const frames = Array.from({ length: frameCount(image) }, (_, index) =>
    change(image.extractArea(0, index * pageHeight, width, pageHeight)),
  );
  const joined = scope.arrayjoin(frames, { across: 1 });
  return joined.withMetadata({ 'page-height': frames[0]?.height ?? pageHeight });
}

/** Cuts a rectangle, in pixels of one frame, out of every frame. */
export function extractArea(image: Image, left: number, top: number, width: number, height: number): Image {
  return mapFrames(image, (frame) => frame.extractArea(left, top, width, height));
}

/** Puts every frame on a canvas of another size. */
export function embed(
  image: Image,
  left: number,
  top: number,
  width: number,
  height: number,
  options: { extend?: Extend; background?: readonly number[] } = {},
): Image {
  return mapFrames(image, (frame) => frame.embed(left, top, width, height, options));
}

/** Turns every frame by a right angle, clockwise. */
export function rotate(image: Image, angle: Angle): Image {
  return mapFrames(image, (frame) => frame.rot(angle));
}

/** libvips' clockwise angle for imagor's anticlockwise one; anything but 90, 180 and 270 is no turn. */
export function clockwise(degrees: number): Angle {
  return degrees === 90 ? 'd270' : degrees === 180 ? 'd180' : degrees === 270 ? 'd90' : 'd0';
}
