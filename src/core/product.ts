import type { ImageParams } from '../endpoint/params.ts';
import type { AppError } from '../errors.ts';
import type { Resolved } from './resolve.ts';

/** What there is to tell about a picture, whether or not its bytes are sent. */
interface Description {
  /** Headers taken over from the origin. */
  readonly headers: ReadonlyMap<string, string> | undefined;
  /** Strong (RFC 9110 §8.8.3), quotes included; undefined only where a storage compared dates and read no bytes. */
  readonly etag: string | undefined;
  /** When it was stored; undefined for what has just been made. */
  readonly modifiedAt: Date | undefined;
  /** Made of a source that is meant for the client alone; see {@link Blob.isPrivate}. Such are never stored. */
  readonly isPrivate: boolean;
}

/** A picture, or JSON. */
export interface Product extends Description {
  readonly bytes: Uint8Array;
  readonly contentType: string;
  /** Why these bytes are the source as it is and not the picture asked for (`IMAGOR_RESPONSE_RAW_ON_ERROR`). */
  readonly failure: AppError | undefined;
}

/** The client has it already: 304. */
export interface UnchangedProduct extends Description {
  readonly bytes?: undefined;
}

/** A stored picture without its bytes, for one who asks by HEAD. */
export interface DescribedProduct extends Description {
  readonly bytes?: undefined;
  readonly contentType: string;
  /** Bytes that there are. */
  readonly size: number;
}

/** A product, and what its HTTP headers depend on. */
export type Answered<Made> = Made & {
  /** The URL as it was asked for, without the operator's parameters. */
  readonly asked: ImageParams;
  readonly resolved: Resolved;
};

/** An answer with a picture. */
export type ImageAnswer = Answered<Product>;

/** An answer to a conditional request, which may need no picture. */
export type ConditionalAnswer = ImageAnswer | Answered<UnchangedProduct>;
