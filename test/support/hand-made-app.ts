import assert from 'node:assert/strict';
import { Admission } from '../../src/core/admission.ts';
import { App, type AppOptions } from '../../src/core/app.ts';
import { MemoryBudget } from '../../src/core/memory-budget.ts';
import type { IoContext, Loader, ProcessInput, Processor } from '../../src/core/ports.ts';
import type { ConditionalAnswer } from '../../src/core/product.ts';
import { AppError, type ErrorCode } from '../../src/errors.ts';

// An App whose loaders and processors are plain objects, for tests of what happens around them.

/** A GIF's first bytes and then a name, so that a source is recognised and told from others. */
export function gif(name: string): Uint8Array {
  return Buffer.from(`GIF89a ${name}`);
}

/** What a request has with it; the client stays unless the test makes it leave. */
export function contextOf(
  headers: Record<string, string> = {},
  signal: AbortSignal = new AbortController().signal,
): IoContext {
  return { headers: new Headers(headers), signal };
}

/** Has every picture, named after its key. */
export function everything(): Loader & { readonly keys: string[] } {
  const keys: string[] = [];
  return {
    name: 'everything',
    keys,
    async get(key) {
      keys.push(key);
      return { body: gif(key), contentType: 'text/plain' };
    },
  };
}

/** Answers with the path of what it was asked to make, and keeps what it was given. */
export function echo(): Processor & { readonly inputs: ProcessInput[] } {
  const inputs: ProcessInput[] = [];
  return {
    inputs,
    async process(input) {
      inputs.push(input);
      return { bytes: Buffer.from(input.params.path), contentType: 'image/echo' };
    },
    async close() {},
  };
}

/** Ends only when it is aborted. */
export interface Never {
  readonly loader: Loader;
  readonly processor: Processor;
  /** Settles when either of the two is first called, with the signal that it got. */
  readonly call: Promise<AbortSignal>;
}

/** A loader and a processor that never get done. */
export function never(): Never {
  let called: (signal: AbortSignal) => void = () => {};
  const call = new Promise<AbortSignal>((resolve) => {
    called = resolve;
  });
  const hang = (signal: AbortSignal): Promise<never> => {
    called(signal);
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  };
  const loader: Loader = { name: 'never', get: (_, { signal }) => hang(signal) };
  const processor: Processor = { process: (_, signal) => hang(signal), async close() {} };
  return { loader, processor, call };
}

/** An App with everything open and without limits, but for what the test says. */
export function createApp(options: Partial<AppOptions> = {}): App {
  return new App({
    loaders: [everything()],
    storages: [],
    storagePathStyle: 'original',
    resultStorages: [],
    resultStoragePathStyle: 'original',
    modifiedTimeCheck: false,
    rawOnError: false,
    saveTimeoutMs: 0,
    maxSavingBytes: 0,
    stallTimeoutMs: 0,
    uploadMemory: new MemoryBudget(0),
    sourceMemory: new MemoryBudget(0),
    onSaveFailure: ({ error }) => assert.fail(error),
    onLookupFailure: ({ error }) => assert.fail(error),
    processor: echo(),
    admission: new Admission({ concurrency: 10, queueSize: 0 }),
    signer: undefined,
    unsafe: true,
    requestTimeoutMs: 0,
    loadTimeoutMs: 0,
    maxOverlays: 10,
    maxOverlayDepth: 3,
    willRun: () => true,
    baseParams: '',
    auto: { avif: false, webp: false, jpeg: false },
    ...options,
  });
}

/** An answer's bytes as text. */
export function textOf({ bytes }: ConditionalAnswer): string {
  assert.ok(bytes, 'a 304 has no text');
  return Buffer.from(bytes).toString();
}

/** For `assert.rejects`. */
export function failsWith(code: ErrorCode): (error: unknown) => boolean {
  return (error) => error instanceof AppError && error.code === code;
}
