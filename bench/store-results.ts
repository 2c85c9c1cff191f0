import assert from 'node:assert/strict';
import { SIGNED_HIT_PATHS } from './hit-paths.ts';
import { getOnce } from './load.ts';

/**
 * Has imagor-ts make every result that will be asked for, and waits until all of them come from the storage: an answer
 * that was stored tells when, one that was just made has no `Last-Modified`.
 *
 * @returns how many bytes they have on average.
 */
export async function storeResults(origin: string): Promise<number> {
  let sum = 0;
  for (const path of SIGNED_HIT_PATHS) {
    while (!(await isStored(origin, path)));
    sum += (await getOnce(origin, path)).length;
  }
  return sum / SIGNED_HIT_PATHS.length;
}

async function isStored(origin: string, path: string): Promise<boolean> {
  const response = await fetch(origin + path);
  const body = await response.text();
  if (!response.ok) throw new Error(`${path} was answered with ${response.status}: ${body}`);
  return response.headers.has('last-modified');
}

/** Makes sure that two servers answer with the same bytes. */
export async function checkSameAnswers(
  [ours, ourPaths]: readonly [origin: string, paths: readonly string[]],
  [rival, rivalPaths]: readonly [origin: string, paths: readonly string[]],
): Promise<void> {
  for (const [index, path] of rivalPaths.entries()) {
    assert.deepEqual(await getOnce(rival, path), await getOnce(ours, ourPaths[index] ?? ''), `${path} differs`);
  }
}
