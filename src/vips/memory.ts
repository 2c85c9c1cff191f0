import koffi from 'koffi';
import type { Pointer } from './declarations.ts';

/** Bytes of a pointer; the binding runs on 64-bit platforms only, as the npm builds of libvips do. */
const POINTER_BYTES = 8n;

/** Words of a GValue: a GType and two unions of eight bytes (gobject/gvalue.h). */
const GVALUE_WORDS = 3n;

/** Unset GValues, as many as were ever in use at once: a handful. */
const spare: Pointer[] = [];

/** Zeroed memory for one GValue, given back with {@link freeGValue}; `g_value_init` wants it zeroed. */
export function allocateGValue(): Pointer {
  return spare.pop() ?? zeroedWords(GVALUE_WORDS);
}

/** Takes back what {@link allocateGValue} gave out; the value must have been unset before, which zeroes it. */
export function freeGValue(value: Pointer): void {
  spare.push(value);
}

// koffi's views of native memory are let go by a finalizer that waits for a turn of the event loop. In a worker none ever
// comes, so nothing here may make one.

function zeroedWords(words: bigint): Pointer {
  const memory = koffi.alloc('uint64_t', Number(words)) as Pointer;
  for (let word = 0n; word < words; word += 1n) koffi.encode(memory + word * POINTER_BYTES, 'uint64_t', 0);
  return memory;
}

/** Reads the C `int` at an address. */
export function readInt(at: Pointer): number {
  return koffi.decode.int(at);
}

/** Reads the pointer at an address; undefined for NULL. */
export function readPointer(at: Pointer): Pointer | undefined {
  const value = BigInt(koffi.decode.uint64(at));
  return value === 0n ? undefined : value;
}

/** Reads a pointer-sized unsigned number, such as a GType. */
export function readSize(at: Pointer): number {
  return Number(koffi.decode.uint64(at));
}

/** Reads the zero-terminated UTF-8 text at an address. */
export function readText(at: Pointer): string {
  return koffi.decode.string(at);
}

/** Copies `length` bytes at an address into memory of JavaScript's own. */
export function copyBytes(at: Pointer, length: number): Buffer {
  const copy = koffi.decode(at, 'uint8_t', length) as Uint8Array;
  return Buffer.from(copy.buffer, copy.byteOffset, copy.length);
}

/** Reads `n` C `int`s. */
export function readInts(at: Pointer, n: number): number[] {
  return Array.from(koffi.decode(at, 'int', n) as Int32Array);
}

/** Reads `n` C `double`s. */
export function readDoubles(at: Pointer, n: number): number[] {
  return Array.from(koffi.decode(at, 'double', n) as Float64Array);
}

/** Reads `n` pointers, or, without `n`, as many as there are before a NULL. */
export function readPointers(at: Pointer, n: number = Number.POSITIVE_INFINITY): Pointer[] {
  const pointers: Pointer[] = [];
  while (pointers.length < n) {
    const pointer = readPointer(at + BigInt(pointers.length) * POINTER_BYTES);
    if (pointer === undefined) break;
    pointers.push(pointer);
  }
  return pointers;
}

/** Writes a pointer into the `index`-th place of a C array of pointers. */
export function writePointer(array: Pointer, index: number, pointer: Pointer): void {
  koffi.encode(array + BigInt(index) * POINTER_BYTES, 'uint64_t', pointer);
}
