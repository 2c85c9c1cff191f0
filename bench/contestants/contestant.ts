import type { Span } from '../load.ts';
import type { Job } from '../scenarios.ts';

/** Who is measured. `limit` is libvips in bare loops, without a server. */
export type ContestantName = 'imagor-ts' | 'limit' | 'sharp' | 'ipx';

/** Something that makes pictures: started when it is made, stopped when it is disposed of. */
export interface Contestant extends AsyncDisposable {
  readonly name: ContestantName;
  /** Does a job once, for its answer. */
  answer(job: Job): Promise<Uint8Array>;
  /**
   * Does a job again and again, with all cores busy.
   *
   * @returns when each answer was complete, in ms since the epoch, ascending.
   */
  work(job: Job, span: Span): Promise<number[]>;
}
