import { readdir } from 'node:fs/promises';
import type { ProcessInput } from '../../src/core/ports.ts';
import { AppError } from '../../src/errors.ts';
import { DEFAULT_IMAGING_OPTIONS } from '../../src/imaging/options.ts';
import { startProcessor, type WorkerProcessor } from '../../src/imaging/processor.ts';
import { makeDir } from '../support/imagor-process.ts';
import { allEnded } from '../support/processes.ts';
import { complaintAbout, leakIn } from './judge.ts';
import { RunLifetime } from './lifetime.ts';

/** How the decoder processes took one picture. */
export interface Verdict {
  /** For the report: a status, or how libvips went down. */
  readonly outcome: string;
  /** What was wrong; undefined where nothing was. */
  readonly complaint: string | undefined;
  /** libvips itself took the process along. */
  readonly isCrash: boolean;
  /** The picture, or what meta/ says. */
  readonly bytes: Uint8Array | undefined;
}

/** Workers of a run. */
export const WORKERS = 2;

const TIMEOUT_MS = 10_000;

/** What a killed worker takes to be gone, on a machine that is busy. */
const KILL_MS = 5_000;

/** As a worker ends whose native code fails; V8's own end by SIGABRT and SIGTRAP leave a word. */
const NATIVE_CRASH = /a worker ended \((SIGSEGV|SIGABRT|SIGBUS|SIGFPE|SIGILL|SIGTRAP)\)(?![\s\S]*(?:FATAL ERROR|v8::))/;

/** Decoder processes as a server runs them, and what is to be seen of them from outside. */
export class Decoders {
  readonly #lifetime = new RunLifetime();
  readonly #pids = new Set<number>();
  #processor: WorkerProcessor | undefined;
  #temporary = '';

  async start(): Promise<void> {
    this.#temporary = await makeDir(this.#lifetime);
    this.#processor = await startProcessor({
      workers: WORKERS,
      libvipsPath: undefined,
      imaging: { ...DEFAULT_IMAGING_OPTIONS, maxResolution: 16_000_000 },
      timeoutMs: TIMEOUT_MS,
      maxMemoryBytes: 1 << 30,
      recycleMemoryBytes: 512 << 20,
      recycleJobs: 2_000,
      env: { VIPS_DISC_THRESHOLD: '1t', VIPS_WARNING: '0', TMPDIR: this.#temporary },
    });
  }

  /** Has a picture made. */
  async judge(input: ProcessInput): Promise<Verdict> {
    if (!this.#processor) throw new Error('start() comes first');
    for (const pid of this.#processor.pids) this.#pids.add(pid);
    const start = Date.now();
    const verdict = await judged(this.#processor.process(input, new AbortController().signal));
    const tookMs = Date.now() - start;
    if (tookMs <= TIMEOUT_MS + KILL_MS) return verdict;
    return { ...verdict, complaint: `answered after ${tookMs} ms, ${TIMEOUT_MS} were allowed` };
  }

  /** Ends everything. @throws Error when a file is left; waits for processes that are. */
  async close(): Promise<void> {
    await this.#processor?.close();
    await allEnded([...this.#pids]);
    const left = await readdir(this.#temporary, { recursive: true });
    await this.#lifetime[Symbol.asyncDispose]();
    if (left.length > 0) throw new Error(`workers left ${left.join(', ')}`);
  }
}

async function judged(making: ReturnType<WorkerProcessor['process']>): Promise<Verdict> {
  try {
    const { bytes, contentType } = await making;
    const told = contentType === 'application/json' ? leakIn(Buffer.from(bytes).toString()) : undefined;
    return { outcome: '200', complaint: told, isCrash: false, bytes };
  } catch (thrown) {
    const error = AppError.from(thrown);
    const [, signal] = NATIVE_CRASH.exec(error.detail ?? '') ?? [];
    const isCrash = error.code === 'internal' && signal !== undefined;
    const told = isCrash ? leakIn(error.publicMessage) : complaintAbout(error.status, error.publicMessage);
    return {
      outcome: isCrash ? `crash ${signal}` : `${error.status} ${error.code}`,
      complaint: told && `${told}\n${error.publicMessage}\n${error.detail ?? ''}\n${String(error.cause ?? '')}`,
      isCrash,
      bytes: undefined,
    };
  }
}
