// One message between the server and a worker: a 4-byte big-endian length, that many bytes of JSON, then the blobs.
// Blobs are written and read as they are, so that a photo is never turned into text or copied on the way.

/** Plain data and the bytes that go with it. */
export interface Message<Data> {
  readonly data: Data;
  readonly blobs: readonly Uint8Array[];
}

/** What the JSON part holds. */
interface Head<Data> {
  readonly data: Data;
  /** Bytes of each blob. */
  readonly lengths: readonly number[];
}

/** Bytes of the length before the JSON. */
export const PREFIX_BYTES = 4;

/** The chunks to write for a message, in order; blobs are passed through. */
export function encodeMessage<Data>({ data, blobs }: Message<Data>): Uint8Array[] {
  const head: Head<Data> = { data, lengths: blobs.map((blob) => blob.length) };
  const json = Buffer.from(JSON.stringify(head));
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32BE(json.length);
  return [Buffer.concat([prefix, json]), ...blobs];
}

/** Reads the length before the JSON. */
export function decodePrefix(prefix: Uint8Array): number {
  return Buffer.from(prefix.buffer, prefix.byteOffset, PREFIX_BYTES).readUInt32BE();
}

/** Reads the JSON, which tells how many bytes of which blobs follow. */
export function decodeHead<Data>(json: Uint8Array): Head<Data> {
  return JSON.parse(Buffer.from(json.buffer, json.byteOffset, json.length).toString()) as Head<Data>;
}
