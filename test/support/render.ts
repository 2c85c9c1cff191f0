import type { ProcessOutput } from '../../src/core/ports.ts';
import { parse } from '../../src/endpoint/parse.ts';
import { DEFAULT_IMAGING_OPTIONS, type ImagingOptions } from '../../src/imaging/options.ts';
import { runPipeline } from '../../src/imaging/pipeline.ts';
import { type Picture, readPicture } from './picture.ts';
import { inScope } from './vips.ts';

/** What a rendering may be given beside path and source. */
export interface RenderOptions {
  readonly options?: Partial<ImagingOptions>;
  /** The images that filters name. */
  readonly images?: Readonly<Record<string, Uint8Array>>;
}

/** Runs the pipeline for an image path, without its `unsafe/` and its image: `fit-in/100x100/filters:blur(2)`. */
export function process(path: string, source: Uint8Array, given: RenderOptions = {}): ProcessOutput {
  const image = path.includes('color:') ? '' : '/source';
  const input = {
    params: parse(`unsafe/${path}${image}`.replaceAll('//', '/')),
    source,
    images: new Map(Object.entries(given.images ?? {})),
  };
  return inScope((scope) => runPipeline(scope, input, { ...DEFAULT_IMAGING_OPTIONS, ...given.options }));
}

/** As {@link process}, and reads the result. */
export function render(path: string, source: Uint8Array, given: RenderOptions = {}): Picture {
  return readPicture(process(path, source, given).bytes);
}

/** What `meta/` says. */
export function describeMeta(path: string, source: Uint8Array, given: RenderOptions = {}): Record<string, unknown> {
  return JSON.parse(Buffer.from(process(`meta/${path}`, source, given).bytes).toString());
}
