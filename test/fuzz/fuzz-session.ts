import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** An input that showed something, as small as it could be made. */
export interface Finding {
  /** `failure`: ours to mend. `crash`: libvips itself went down, which costs its one request. */
  readonly kind: 'failure' | 'crash';
  readonly input: string | Uint8Array;
  /** What was wrong. */
  readonly reason: string;
  /** Of the file that the input is kept in. */
  readonly extension: string;
}

/** A finding, and where its input is kept. */
export interface KeptFinding extends Finding {
  readonly file: string;
}

/** After so many different failures the target needs a look, not more inputs. */
const ENOUGH_FAILURES = 20;

/** One run of one target: what to try, and what came of it. */
export class FuzzSession {
  /** Inputs to try. */
  readonly runs: number;
  readonly seed: number;
  readonly #folder: string;
  readonly #onProgress: (session: FuzzSession) => void;
  readonly #outcomes = new Map<string, number>();
  readonly #findings = new Map<string, KeptFinding>();
  #done = 0;

  /** @param folder Where inputs of findings are kept; made when there is one. */
  constructor(runs: number, seed: number, folder: string, onProgress: (session: FuzzSession) => void) {
    this.runs = runs;
    this.seed = seed;
    this.#folder = folder;
    this.#onProgress = onProgress;
  }

  /** Inputs tried. */
  get done(): number {
    return this.#done;
  }

  /** How many ended how, the most frequent outcome first. */
  get outcomes(): readonly (readonly [outcome: string, count: number])[] {
    return [...this.#outcomes].sort(([, a], [, b]) => b - a);
  }

  get findings(): readonly KeptFinding[] {
    return [...this.#findings.values()];
  }

  /** Whether there is no point in going on. */
  get isHopeless(): boolean {
    return this.findings.filter(({ kind }) => kind === 'failure').length >= ENOUGH_FAILURES;
  }

  /** Tells how one input ended, or several of them. */
  count(outcome: string, times: number = 1): void {
    this.#done += times;
    this.#outcomes.set(outcome, (this.#outcomes.get(outcome) ?? 0) + times);
    this.#onProgress(this);
  }

  /** Keeps an input, once each. */
  keep(finding: Finding): void {
    const { kind, input, reason, extension } = finding;
    const digest = createHash('sha256').update(input).digest('hex').slice(0, 12);
    const file = path.join(this.#folder, `${kind}-${digest}.${extension}`);
    if (this.#findings.has(digest)) return;
    this.#findings.set(digest, { ...finding, file });
    mkdirSync(this.#folder, { recursive: true });
    writeFileSync(file, input);
    writeFileSync(`${file}.reason`, `${reason}\n\nseed ${this.seed}\n`);
  }
}
