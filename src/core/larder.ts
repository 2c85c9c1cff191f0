import type { Account } from './memory-budget.ts';
import type { IoContext } from './ports.ts';
import type { Source, Sources } from './sources.ts';

/** The sources of one picture, as they are fetched. */
export class Larder {
  readonly #sources: Sources;
  readonly #context: IoContext;
  readonly #account: Account;
  readonly #privateKeys = new Set<string>();

  constructor(sources: Sources, context: IoContext, account: Account) {
    this.#sources = sources;
    this.#context = context;
    this.#account = account;
  }

  /** @throws AppError as {@link Sources.load}. */
  async load(key: string): Promise<Source> {
    const source = await this.#sources.load(key, this.#context, this.#account);
    if (source.isPrivate) this.#privateKeys.add(key);
    return source;
  }

  /** Whether what was loaded under that key is meant for one client alone. */
  isPrivate(key: string): boolean {
    return this.#privateKeys.has(key);
  }

  /** Whether anything so far is. */
  get holdsPrivate(): boolean {
    return this.#privateKeys.size > 0;
  }
}
