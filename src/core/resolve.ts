import { generatePath } from '../endpoint/generate.ts';
import type { Filter, ImageParams } from '../endpoint/params.ts';
import { applyPath } from '../endpoint/parse.ts';
import { AppError } from '../errors.ts';
import { type AutoFormats, negotiate } from './negotiate.ts';

/** What the operator adds to every request. */
export interface ResolveOptions {
  /** `filters:watermark(logo.png)`: laid over every URL; empty for nothing. */
  readonly baseParams: string;
  readonly auto: AutoFormats;
}

/** A request with everything decided that its result depends on. */
export interface Resolved {
  /** What to make. Its `path` names the result: requests of the same path have the same result. */
  readonly params: ImageParams;
  /** The source as it is, from `raw()`. */
  readonly isRaw: boolean;
  /** The answer depends on the client's `Accept`. */
  readonly variesByAccept: boolean;
}

/** Filters that say how to answer, not what to make. */
export const ANSWER_FILTERS: ReadonlySet<string> = new Set(['expire', 'attachment', 'max_age']);

/**
 * Lays the operator's parameters over a URL's, and the format that the client and the server agree on.
 *
 * @throws AppError `expired` for a URL whose `expire()` has passed.
 */
export function resolve(url: ImageParams, accept: string, options: ResolveOptions): Resolved {
  const baseParams = options.baseParams.trim();
  const params = baseParams === '' ? url : applyPath(url, baseParams.replace(/\/*$/, '/'));
  refuseExpired(params.filters);
  const filters = params.filters.filter(({ name }) => !ANSWER_FILTERS.has(name));
  const { auto } = options;
  const variesByAccept = (auto.avif || auto.webp || auto.jpeg) && !filters.some(({ name }) => name === 'format');
  const negotiated = variesByAccept ? negotiate(accept, auto) : [];
  const isChanged = baseParams !== '' || negotiated.length > 0 || filters.length < params.filters.length;
  const wanted = positiveSize({ ...params, filters: [...filters, ...negotiated] });
  const path = isChanged || params.path === '' ? generatePath(wanted) : params.path;
  const isRaw = filters.some(({ name }) => name === 'raw');
  return { params: { ...wanted, path }, isRaw, variesByAccept };
}

/** Whether a result is stored: a preview is made to be thrown away, and the source as it is would be kept twice. */
export function isWorthKeeping({ params, isRaw }: Resolved): boolean {
  return !isRaw && !params.filters.some(({ name }) => name === 'preview');
}

/** A negative size, which only callers of the library can give, is a flip. */
function positiveSize(params: ImageParams): ImageParams {
  const { width, height, hFlip, vFlip } = params;
  return {
    ...params,
    width: Math.abs(width),
    height: Math.abs(height),
    hFlip: width < 0 ? !hFlip : hFlip,
    vFlip: height < 0 ? !vFlip : vFlip,
  };
}

/** `expire(milliseconds since 1970)` */
function refuseExpired(filters: readonly Filter[]): void {
  const isPast = filters.some(
    ({ name, args }) => name === 'expire' && /^-?\d+$/.test(args) && Number(args) < Date.now(),
  );
  if (isPast) throw new AppError('expired');
}
