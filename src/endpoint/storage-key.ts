import { sha1 } from '@noble/hashes/legacy.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { generatePath } from './generate.ts';
import type { ImageParams } from './params.ts';

/** Under which key a source image is kept: its own name, or `ab/cd/…`, the SHA-1 of it. */
export type StoragePathStyle = 'original' | 'digest';

/**
 * Under which key a result is kept: its path; the SHA-1 of it; or the source's name with a part of that before the
 * extension, and with the size after it.
 */
export type ResultPathStyle = 'original' | 'digest' | 'suffix' | 'size';

/** Hex digits of the SHA-1 that the styles `suffix` and `size` put into the name. */
const SUFFIX_DIGITS = 20;

/** The key of a source image, not normalised. */
export function storageKey(image: string, style: StoragePathStyle): string {
  return style === 'digest' ? digestPath(image) : image;
}

/** The key of a result, not normalised. Results are told apart by `params.path`, generated when it is empty. */
export function resultKey(params: ImageParams, style: ResultPathStyle): string {
  const path = params.path || generatePath(params);
  switch (style) {
    case 'original':
      return path;
    case 'digest':
      return digestPath(path);
    case 'suffix':
      return suffixed(params, digest(path).slice(0, SUFFIX_DIGITS));
    case 'size': {
      const { width, height } = params;
      const size = width !== 0 || height !== 0 ? `_${width}x${height}` : '';
      return suffixed(params, `${digest(path).slice(0, SUFFIX_DIGITS)}${size}`);
    }
  }
}

/** `dir/name.SUFFIX.ext`, with the extension of the format asked for, or `dir/name.SUFFIX` where there is none. */
function suffixed({ image, meta, filters }: ImageParams, suffix: string): string {
  const dot = image.lastIndexOf('.');
  if (dot <= image.lastIndexOf('/')) return `${image}.${suffix}`;
  const format = filters.findLast(({ name }) => name === 'format')?.args;
  const extension = meta ? 'json' : (format ?? image.slice(dot + 1));
  return `${image.slice(0, dot)}.${suffix}.${extension}`;
}

/** Two levels of directories, so that none gets too full. */
function digestPath(text: string): string {
  const hex = digest(text);
  return `${hex.slice(0, 2)}/${hex.slice(2, 4)}/${hex.slice(4)}`;
}

function digest(text: string): string {
  return bytesToHex(sha1(new TextEncoder().encode(text)));
}
