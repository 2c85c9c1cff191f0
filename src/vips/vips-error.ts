import type { Declarations } from './declarations.ts';

/** The time was up for the work of a guarded scope, and libvips was stopped; see `Watchdog`. Not a fault of the picture. */
export class DeadlineExceeded extends Error {
  constructor() {
    super('libvips was stopped: the time was up');
    this.name = 'DeadlineExceeded';
  }
}

/** A failure reported by libvips, in its own words. For logs: the text may name files. */
export class VipsError extends Error {
  /** The operation that failed, e.g. `jpegload_buffer`; empty where no operation was involved. */
  readonly operation: string;

  constructor(operation: string, message: string) {
    super(message);
    this.name = 'VipsError';
    this.operation = operation;
  }

  /** Takes libvips' error text (one buffer for the whole process) and empties it, so that no later error repeats it. */
  static take(c: Declarations, operation: string): VipsError {
    const message = c.vips_error_buffer().trim();
    c.vips_error_clear();
    return new VipsError(operation, message || `${operation || 'libvips'} failed without saying why`);
  }
}
