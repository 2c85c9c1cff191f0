/** What an operator allows pictures to be and to do; plain data that travels with each job. */
export interface ImagingOptions {
  /** Pixels. */
  readonly maxWidth: number;
  /** Pixels of one frame. */
  readonly maxHeight: number;
  /** Pixels of all frames that are loaded together. */
  readonly maxResolution: number;
  /** Drop the three limits above. */
  readonly unlimited: boolean;
  /** -1 for no limit, 1 to show the first frame only. */
  readonly maxAnimationFrames: number;
  /** Filters after this many are left out; -1 for no limit. */
  readonly maxFilterOps: number;
  readonly disabledFilters: readonly string[];
  /** Takes `blur` and `sharpen` away, and the blurred kind of `fill`. */
  readonly disableBlur: boolean;
  readonly stripMetadata: boolean;
  readonly stripColorProfile: boolean;
  /** 0 (smallest) to 9 (fastest). */
  readonly avifSpeed: number;
  /** JPEGs optimised as by mozjpeg, where the libvips in use can. */
  readonly mozjpeg: boolean;
  /** Behave as imagor 1.9 where we know better: no blur on animations, for one. */
  readonly compat: '' | '1.9';
}

/** The limits and defaults of imagor 1.9.5. */
export const DEFAULT_IMAGING_OPTIONS: ImagingOptions = {
  maxWidth: 9999,
  maxHeight: 9999,
  maxResolution: 81_000_000,
  unlimited: false,
  maxAnimationFrames: -1,
  maxFilterOps: -1,
  disabledFilters: [],
  disableBlur: false,
  stripMetadata: false,
  stripColorProfile: false,
  avifSpeed: 8,
  mozjpeg: false,
  compat: '',
};

/** Whether a filter may run, by the operator's word. */
export function isFilterEnabled(options: ImagingOptions, name: string): boolean {
  if (options.disableBlur && (name === 'blur' || name === 'sharpen')) return false;
  return !options.disabledFilters.includes(name);
}
