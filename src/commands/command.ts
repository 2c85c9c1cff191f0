import type { Readable, Writable } from 'node:stream';
import type { Config } from '../config/config.ts';

/** A flag that one command has beside the server's. */
export interface CommandFlag {
  /** What stands for its value in the usage; undefined for a switch. */
  readonly argument?: string;
  /** One sentence. */
  readonly help: string;
}

/** What a command works with. */
export interface CommandInput {
  /** The server's own. */
  readonly config: Config;
  /** What the server would warn of at its start; one sentence each. */
  readonly warnings: readonly string[];
  /** Arguments that are no flags. */
  readonly operands: readonly string[];
  /** The command's own flags, by name. */
  readonly flags: ReadonlyMap<string, string>;
  /** The program's environment itself. */
  readonly env: Record<string, string | undefined>;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable;
  /** For what is no part of the answer. */
  readonly stderr: Writable;
}

/** Something the program does other than serving. */
export interface Command {
  /** A word, or two. */
  readonly name: string;
  /** How its operands are written, `PATH…`; empty where it takes none. */
  readonly operands: string;
  /** What it does: one sentence for the list of commands. */
  readonly summary: string;
  readonly flags: Readonly<Record<string, CommandFlag>>;
  /**
   * @returns the exit code.
   * @throws ConfigError or AppError whose message tells the operator what to do.
   */
  run(input: CommandInput): Promise<number>;
}
