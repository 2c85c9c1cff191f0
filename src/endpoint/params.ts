/** One filter of a URL as written: `quality(80)` is `{ name: 'quality', args: '80' }`. */
export interface Filter {
  readonly name: string;
  /** The text between the outer parentheses, undecoded; empty for `grayscale()`. */
  readonly args: string;
}

/** What an image URL says, after imagor's grammar. Sizes and paddings are pixels of the result. */
export interface ImageParams {
  /** `params/` was asked for: answer the parsed parameters as JSON. */
  readonly params: boolean;
  /** The part of the path that is signed: everything after the hash or `unsafe/`. */
  readonly path: string;
  /** Key or URL of the source image, decoded. */
  readonly image: string;
  /** The image was written as `b64:` and decoded from it; `false` (not absent) when the decoding failed. */
  readonly base64Image: boolean;
  readonly unsafe: boolean;
  /** The signature as written, empty when there is none. */
  readonly hash: string;
  /** Answer metadata as JSON instead of a picture. */
  readonly meta: boolean;
  readonly trim: boolean;
  readonly trimBy: '' | 'top-left' | 'bottom-right';
  /** Euclidean colour distance; 0 stands for the default of 1. */
  readonly trimTolerance: number;
  /** Crop box edges: source pixels, or fractions of the source when all four are at most 1. */
  readonly cropLeft: number;
  readonly cropTop: number;
  readonly cropRight: number;
  readonly cropBottom: number;
  readonly fitIn: boolean;
  readonly adaptiveFitIn: boolean;
  readonly fullFitIn: boolean;
  readonly stretch: boolean;
  /** 0 means "follow from the other side". Negative only when built by hand; the parser turns the sign into a flip. */
  readonly width: number;
  readonly height: number;
  readonly paddingLeft: number;
  readonly paddingTop: number;
  readonly paddingRight: number;
  readonly paddingBottom: number;
  readonly hFlip: boolean;
  readonly vFlip: boolean;
  readonly hAlign: '' | 'left' | 'right' | 'center';
  readonly vAlign: '' | 'top' | 'bottom' | 'middle';
  readonly smart: boolean;
  readonly filters: readonly Filter[];
}

/** Parameters that ask for nothing; the base that the parser and callers build on. */
export const NO_PARAMS: ImageParams = {
  params: false,
  path: '',
  image: '',
  base64Image: false,
  unsafe: false,
  hash: '',
  meta: false,
  trim: false,
  trimBy: '',
  trimTolerance: 0,
  cropLeft: 0,
  cropTop: 0,
  cropRight: 0,
  cropBottom: 0,
  fitIn: false,
  adaptiveFitIn: false,
  fullFitIn: false,
  stretch: false,
  width: 0,
  height: 0,
  paddingLeft: 0,
  paddingTop: 0,
  paddingRight: 0,
  paddingBottom: 0,
  hFlip: false,
  vFlip: false,
  hAlign: '',
  vAlign: '',
  smart: false,
  filters: [],
};
