import { compose } from './config/compose.ts';
import type { Config } from './config/config.ts';
import { givenConfig } from './config/given-config.ts';
import { type ImageParams, NO_PARAMS } from './endpoint/params.ts';
import { AppError } from './errors.ts';
import { type Log, SILENT_LOG } from './log.ts';

export type { Config } from './config/config.ts';
export { ConfigError } from './config/config-error.ts';
export type { ImageParams } from './endpoint/params.ts';
export { AppError, type ErrorCode } from './errors.ts';
export type { Log } from './log.ts';

/** What to create an {@link Imagor} with: any of the server's options, and where to log to (default: nowhere). */
export interface ImagorOptions extends Partial<Config> {
  readonly log?: Log;
}

/** A result: bytes of a picture, or of JSON for `meta`. */
export interface Result {
  /** The caller's own. */
  readonly bytes: Uint8Array;
  /** Media type. */
  readonly contentType: string;
}

/** The image server as a library. */
export interface Imagor {
  /** Answers an HTTP request; mount it wherever fetch handlers go. Never rejects. */
  fetch(request: Request): Promise<Response>;
  /**
   * Makes a picture for the program itself: no signature, no HTTP.
   *
   * @param params At least the `image`; everything else asks for nothing when it is left out.
   * @throws AppError; `invalid` for numbers that no URL can have; the signal's reason.
   */
  serve(params: Partial<ImageParams>, signal?: AbortSignal): Promise<Result>;
  /** Ends the decoder processes and sends what is left to report. Call it when no request is under way. */
  close(): Promise<void>;
}

/**
 * Starts the image server inside another program, with its decoder processes but without a socket. The environment is
 * not read; options are named as in {@link Config}, with units in their names.
 *
 * ```ts
 * const imagor = await createImagor({ imagorSecret: 'mysecret', fileLoaderBaseDir: './pictures' });
 * ```
 *
 * @throws ConfigError for options that no operator could set, and for such as contradict each other; AppError or Error
 * when it cannot start.
 */
export async function createImagor({ log = SILENT_LOG, ...options }: ImagorOptions = {}): Promise<Imagor> {
  const { config, warnings } = givenConfig(options);
  for (const warning of warnings) log.warn({}, warning);
  const { app, handler, close } = await compose(config, {}, log);
  return {
    fetch: (request) => handler(request),
    async serve(params, signal = new AbortController().signal) {
      const asked = { ...NO_PARAMS, ...params, path: '' };
      checkNumbers(asked);
      const { bytes, contentType } = await app.answer(asked, { headers: new Headers(), signal });
      // a copy, which the program may write to or hand on: a cache, or another call, may hold these bytes
      return { bytes: new Uint8Array(bytes), contentType };
    },
    close: () => close(),
  };
}

/** Pixels are whole; edges of a crop may be fractions of the picture. */
function checkNumbers(params: ImageParams): void {
  for (const [name, value] of Object.entries(params)) {
    const isRight =
      typeof value !== 'number' || (name.startsWith('crop') ? Number.isFinite : Number.isSafeInteger)(value);
    if (!isRight) throw new AppError('invalid', { publicMessage: `${name} cannot be ${value}` });
  }
}
