import type { ImageKind } from '../core/sniff.ts';
import type { Image } from '../vips/image.ts';
import type { SaveFormat } from './formats.ts';
import { frameCount } from './geometry/pages.ts';
import type { JpegShrink } from './geometry/thumbnail-size.ts';

/** Pixels of one frame, and how many frames there are. */
interface TracedSize {
  readonly width: number;
  readonly height: number;
  readonly frames: number;
}

/** A source as its header has it. */
export interface TracedSource extends TracedSize {
  readonly kind: ImageKind;
  /** EXIF, 1–8. */
  readonly orientation: number;
  /** What the decoder leaves out: 2 for every other line of pixels both ways. Of JPEGs only. */
  readonly shrink: JpegShrink;
}

/** Steps of which there is nothing to tell but the size. */
export type PlainStep = 'load' | 'orient' | 'crop' | 'resize' | 'flip';

/** One thing that the pipeline did, and the size that came of it. */
export type TracedStep = TracedSize & {
  /** 0 for the picture itself, 1 for one that a filter lays over it, and so on. They come before their filter. */
  readonly depth: number;
} & (
    | ({ readonly step: 'source' } & TracedSource)
    | { readonly step: PlainStep }
    | { readonly step: 'filter'; readonly index: number }
    | { readonly step: 'result'; readonly format: SaveFormat | 'json'; readonly contentType: string }
  );

/** Told of every step. */
export type Trace = (step: TracedStep) => void;

/** The size of an image, which libvips knows before it computes any pixel. */
export function sizeOf(image: Image): TracedSize {
  return { width: image.width, height: image.pageHeight, frames: frameCount(image) };
}
