import type { ImageKind } from '../core/sniff.ts';
import type { Scope } from '../vips/scope.ts';

/** A source that is only supposed to be there. */
export interface SupposedSource {
  readonly kind: Extract<ImageKind, 'jpeg' | 'png' | 'webp' | 'gif'>;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/**
 * A black picture of a supposed source's format and size.
 *
 * @throws VipsError for sides that the format cannot have.
 */
export function standIn(scope: Scope, { kind, width, height }: SupposedSource): Uint8Array {
  const black = scope.black(width, height, { bands: 3 }).copy({ interpretation: 'srgb' });
  return black.call(`${kind}save_buffer`, { in: black })['buffer'] as Uint8Array;
}
