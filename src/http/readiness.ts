import { AppError } from '../errors.ts';
import { emptyResponse } from './empty-response.ts';
import { type ErrorStyle, errorResponse } from './error-response.ts';

/** Whether a load balancer should send requests here, and if not, why. */
export type ReadinessState = 'ready' | 'starting' | 'draining' | 'saturated';

/** What it depends on, asked for at every probe. */
export interface ReadinessSigns {
  /** False while no decoder process is ready: all are being started again. */
  hasWorker(): boolean;
  /** Whether the next picture to be made would be turned away with 429. */
  isFull(): boolean;
}

/** Whether this server wants requests: unlike its health, that changes while all is well. */
export class Readiness {
  readonly #signs: ReadinessSigns;
  #isDraining = false;

  constructor(signs: ReadinessSigns) {
    this.#signs = signs;
  }

  /** From now on it wants none: it is about to stop. */
  drain(): void {
    this.#isDraining = true;
  }

  get state(): ReadinessState {
    if (this.#isDraining) return 'draining';
    if (!this.#signs.hasWorker()) return 'starting';
    return this.#signs.isFull() ? 'saturated' : 'ready';
  }
}

/** The answer to a readiness probe: 200, or 503 with `Retry-After`. The reason is in the body; no cache may keep it. */
export function readinessResponse(state: ReadinessState, style: ErrorStyle): Response {
  if (state === 'ready') return emptyResponse(200, new Headers({ 'cache-control': 'no-store' }));
  return errorResponse(new AppError('unavailable', { publicMessage: state }), style);
}
