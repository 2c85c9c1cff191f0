import type { ImageParams } from '../endpoint/params.ts';
import { AppError } from '../errors.ts';
import type { Image } from '../vips/image.ts';
import { toSrgb } from './color.ts';

/** What a detector is shown: a small copy of a picture, row by row from the top, 8 bits a band. */
export interface DetectorView {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** 3 for sRGB, 4 with alpha. */
  readonly bands: number;
}

/** A thing that was found. Edges are shares of the picture's width and height, 0 to 1. */
export interface DetectedRegion {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  /** How sure the detector is; left out where it cannot tell. */
  readonly score?: number;
  /** What it is, such as `face`; left out where there is only one kind. */
  readonly name?: string;
}

/** Finds faces or other things in pictures. It runs in a worker, between two steps of a picture: it must not wait. */
export interface Detector {
  /** For the log. */
  readonly name: string;
  detect(view: DetectorView): readonly DetectedRegion[];
}

/** The detectors of a server, and what they are shown. */
export interface Detection {
  readonly detectors: readonly Detector[];
  /** Longer side of {@link DetectorView}, in pixels. */
  readonly viewSize: number;
}

/** Where nobody installed a detector: whatever asks for one does nothing. */
export const NO_DETECTION: Detection = { detectors: [], viewSize: 1 };

/**
 * What all detectors find in a picture, of an animation in its first frame. Reads all pixels.
 *
 * @throws AppError `internal` when a detector fails: a picture that was to be redacted must not go out as it is.
 */
export function detectRegions(image: Image, { detectors, viewSize }: Detection): readonly DetectedRegion[] {
  if (detectors.length === 0) return [];
  const frame = image.extractArea(0, 0, image.width, image.pageHeight);
  const small = toSrgb(frame.thumbnailImage(viewSize, { height: viewSize, size: 'down' })).cast('uchar');
  const view = { pixels: small.toMemory(), width: small.width, height: small.height, bands: small.bands };
  return detectors.flatMap((detector) => {
    try {
      return detector.detect(view).filter(isSensible);
    } catch (cause) {
      throw new AppError('internal', { detail: `the detector ${detector.name} failed`, cause });
    }
  });
}

function isSensible({ left, top, right, bottom }: DetectedRegion): boolean {
  return [left, top, right, bottom].every(Number.isFinite) && right > left && bottom > top;
}

const DETECTION_FILTERS: ReadonlySet<string> = new Set(['draw_detections', 'redact', 'redact_oval']);

/** Whether `meta/` is to say what detectors find: where the picture depends on it. */
export function detectsFor({ smart, filters }: ImageParams): boolean {
  return smart || filters.some(({ name }) => DETECTION_FILTERS.has(name));
}

/** A region in whole pixels of a picture; it may stand over the edge. */
export interface PixelRegion {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Brings a region to pixels, its edges to the nearest one. */
export function regionInPixels(
  { left, top, right, bottom }: DetectedRegion,
  width: number,
  height: number,
): PixelRegion {
  return {
    left: Math.round(left * width),
    top: Math.round(top * height),
    right: Math.round(right * width),
    bottom: Math.round(bottom * height),
  };
}
