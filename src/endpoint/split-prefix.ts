import type { ImageParams } from './params.ts';

// A shorter hash could be a size (`1920x1080`); of the grammar's own words only this one is as long as a hash.
const PREFIX = /^\/*(params\/)?(?:(unsafe)\/|(?!adaptive-full-fit-in\/)([A-Za-z0-9\-_=]{17,})\/)?/;

/**
 * Parts what says how a path is to be trusted from the path that is signed: `/params/`, then `unsafe/` or a hash of at
 * least 17 characters, then the rest with all its slashes.
 *
 * @param text A path without line breaks.
 */
export function splitPrefix(text: string): Pick<ImageParams, 'params' | 'unsafe' | 'hash' | 'path'> {
  const [prefix = '', params, unsafe, hash = ''] = PREFIX.exec(text) ?? [];
  return { params: params !== undefined, unsafe: unsafe !== undefined, hash, path: text.slice(prefix.length) };
}
