import type { EndStep, Step } from '../core/observer.ts';

/** Is told of every request: metrics, traces, the debug log. */
export interface Watcher {
  begin(request: Request, requestId: string): Watch;
}

/** Is told of one request. */
export interface Watch {
  begin(step: Step): EndStep;
  /** The answer has been made; steps that belong to nobody's answer, such as saves, may go on. */
  end?(status: number): void;
}
