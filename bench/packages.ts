import { createRequire } from 'node:module';

/** sharp, as far as the benchmarks use it; the root install does not have its types. */
export interface Sharp {
  (input: string | Uint8Array): SharpPipeline;
  /** Frames of an animation. */
  (input: readonly Uint8Array[], options: { join: { animated: true } }): SharpPipeline;
  readonly versions: { readonly vips: string };
  /** Switches libvips' operation cache off for the whole process. */
  cache(enabled: false): void;
  /** Sets how many threads evaluate one picture. */
  concurrency(threads: number): void;
}

/** One sharp pipeline. */
interface SharpPipeline {
  clone(): SharpPipeline;
  resize(width: number, height?: number, options?: { fit: 'cover' | 'fill' }): SharpPipeline;
  extract(region: { left: number; top: number; width: number; height: number }): SharpPipeline;
  greyscale(): SharpPipeline;
  ensureAlpha(): SharpPipeline;
  raw(): SharpPipeline;
  toFormat(format: string, options: Readonly<Record<string, unknown>>): SharpPipeline;
  toBuffer(): Promise<Uint8Array>;
  toFile(file: string): Promise<unknown>;
  metadata(): Promise<{ width: number; height: number; format: string; compression?: string }>;
}

/** IPX, as far as the benchmarks use it. */
export interface Ipx {
  createIPX(options: { storage: unknown; maxAge: number; sharpOptions: Readonly<Record<string, unknown>> }): unknown;
  ipxFSStorage(options: { dir: string }): unknown;
  createIPXNodeServer(ipx: unknown): (request: unknown, response: unknown) => void;
}

/** The folder that has the bench's own package.json, node_modules and results; this file runs from `dist/bench`. */
export const BENCH_FOLDER: URL = new URL('../../bench/', import.meta.url);

/** Loads a package that only the bench's own install has. */
const requireFromBench = createRequire(new URL('package.json', BENCH_FOLDER));

/** The bench's own sharp. */
export function loadSharp(): Sharp {
  return requireFromBench('sharp') as Sharp;
}

/** IPX, which brings a sharp of its own. */
export function loadIpx(): Ipx {
  return requireFromBench('ipx') as Ipx;
}

/** Where a file lies that one of the bench's packages ships, e.g. `material-kit/assets/img/bg.jpg`. */
export function packagedFile(name: string): string {
  return requireFromBench.resolve(name);
}

/** The version of a package in the bench's own install. */
export function packageVersion(name: string): string {
  return (requireFromBench(`./node_modules/${name}/package.json`) as { version: string }).version;
}
