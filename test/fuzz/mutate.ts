import type { Random } from './random.ts';

/** Damages a file. The original stays as it is. */
export type Mutation = (bytes: Buffer, random: Random, others: readonly Uint8Array[]) => Buffer;

/** Numbers at which counting goes wrong. */
const EXTREMES = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff];

/** Where headers end in most files; damage is done there more often, for it is read first. */
const HEADER_BYTES = 200;

/** Everything that is done to a file, by its name in the report. */
export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  flipBits: (bytes, random) => {
    const damaged = Buffer.from(bytes);
    for (let count = 1 + random.below(16); count > 0; count -= 1) {
      const at = place(damaged, random);
      damaged[at] = (damaged[at] ?? 0) ^ (1 << random.below(8));
    }
    return damaged;
  },
  extremeBytes: (bytes, random) => {
    const damaged = Buffer.from(bytes);
    for (let count = 1 + random.below(4); count > 0; count -= 1) {
      damaged[place(damaged, random)] = random.pick([0, 1, 0x7f, 0x80, 0xfe, 0xff]);
    }
    return damaged;
  },
  extremeField: (bytes, random) => {
    const damaged = Buffer.from(bytes);
    const size = random.pick([2, 4] as const);
    if (damaged.length < size) return damaged;
    const at = Math.min(place(damaged, random), damaged.length - size);
    const value = random.pick(EXTREMES) % 2 ** (8 * size);
    if (random.below(2) === 0) damaged.writeUIntBE(value, at, size);
    else damaged.writeUIntLE(value, at, size);
    return damaged;
  },
  truncate: (bytes, random) => bytes.subarray(0, random.below(bytes.length)),
  cutOut: (bytes, random) => {
    const [start, end] = range(bytes, random);
    return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
  },
  repeat: (bytes, random) => {
    const [start, end] = range(bytes, random);
    return Buffer.concat([bytes.subarray(0, end), bytes.subarray(start)]);
  },
  swap: (bytes, random) => {
    const [start, end] = range(bytes, random);
    const middle = start + Math.floor((end - start) / 2);
    const parts = [bytes.subarray(0, start), bytes.subarray(middle, end), bytes.subarray(start, middle)];
    return Buffer.concat([...parts, bytes.subarray(end)]);
  },
  insertNoise: (bytes, random) => {
    const at = place(bytes, random);
    const noise = Buffer.from(Array.from({ length: 1 + random.below(64) }, () => random.below(256)));
    return Buffer.concat([bytes.subarray(0, at), noise, bytes.subarray(at)]);
  },
  splice: (bytes, random, others) => {
    const other = Buffer.from(random.pick(others));
    const [start, end] = range(other, random);
    const at = place(bytes, random);
    return Buffer.concat([bytes.subarray(0, at), other.subarray(start, end), bytes.subarray(at + end - start)]);
  },
  fillZero: (bytes, random) => {
    const damaged = Buffer.from(bytes);
    const [start, end] = range(damaged, random);
    return damaged.fill(0, start, end);
  },
};

function place(bytes: Uint8Array, random: Random): number {
  const isInHeader = random.below(3) > 0;
  return random.below(isInHeader ? Math.min(HEADER_BYTES, bytes.length) : bytes.length);
}

function range(bytes: Uint8Array, random: Random): readonly [start: number, end: number] {
  const start = place(bytes, random);
  return [start, Math.min(bytes.length, start + 1 + random.below(random.pick([8, 64, 1000])))];
}
