/** A connection that may be kept for the next request. */
export interface KeptConnection {
  isIdle(): boolean;
  /** Closes it; whoever has it takes it out by {@link IdleConnections.delete} when it is closed. */
  hangUp(): void;
}

/**
 * Which connections have to go when there are too many unused: to one host, those that came last, since undici's pools
 * prefer their first ones whether they are connected or not; of all hosts, those that have been unused for longest.
 */
export type Surplus = 'newest' | 'oldest';

/** Keeps so many connections unused, and hangs up on the others. */
export class IdleConnections {
  readonly #max: number;
  readonly #surplus: Surplus;
  /** The one used longest ago comes first. */
  readonly #connections = new Set<KeptConnection>();

  /** @param max to keep unused. */
  constructor(max: number, surplus: Surplus) {
    this.#max = max;
    this.#surplus = surplus;
  }

  add(connection: KeptConnection): void {
    this.#connections.add(connection);
  }

  delete(connection: KeptConnection): void {
    this.#connections.delete(connection);
  }

  /** Told that a connection has done its work. */
  keep(connection: KeptConnection): void {
    if (!this.#connections.delete(connection)) return;
    this.#connections.add(connection);
    if (this.#connections.size <= this.#max) return;
    const idle = [...this.#connections].filter((one) => one.isIdle());
    if (idle.length <= this.#max) return;
    const surplus = this.#surplus === 'newest' ? idle.slice(this.#max) : idle.slice(0, idle.length - this.#max);
    for (const one of surplus) one.hangUp();
  }
}
