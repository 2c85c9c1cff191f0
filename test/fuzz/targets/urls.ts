import assert from 'node:assert/strict';
import fc from 'fast-check';
import { generatePath } from '../../../src/endpoint/generate.ts';
import { imageKeys } from '../../../src/endpoint/image-keys.ts';
import { createSafeChars, normalize } from '../../../src/endpoint/normalize.ts';
import { paramsJson } from '../../../src/endpoint/params-json.ts';
import { parse } from '../../../src/endpoint/parse.ts';
import { queryUnescape } from '../../../src/endpoint/percent-encoding.ts';
import { resultKey, storageKey } from '../../../src/endpoint/storage-key.ts';
import { AppError } from '../../../src/errors.ts';
import { parseRequestTarget } from '../../../src/http/request-target.ts';
import { garbageUrl } from '../../fixtures/garbage-url.ts';
import { randomUrl } from '../../imaging/random-url.ts';
import { checkProperty } from '../check-property.ts';
import type { FuzzTarget } from '../fuzz-target.ts';

/** Linear parsers need microseconds; the rest is for a machine that does other things, too. */
const MAX_MS = 2_000;

const LIMITS = { maxCount: 10, maxDepth: 3, skip: () => false };

const SAFE_CHARS = [createSafeChars(''), createSafeChars('--'), createSafeChars(' %+', '!"()*')];

const target = fc.oneof(
  { weight: 4, arbitrary: garbageUrl() },
  { weight: 3, arbitrary: randomUrl.map((path) => `/unsafe/${path}/a.png`) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  { weight: 1, arbitrary: fc.stringMatching(/^\/[\w-]{27}=\/[!-~]{0,40}$/) },
);

/** What the endpoint makes of request targets. */
export const urls: FuzzTarget = {
  name: 'urls',
  what: 'request targets: parse, generate, normalise, image keys, storage keys',
  runs: { short: 10_000, long: 1_000_000 },
  run: (session) =>
    checkProperty(session, {
      arbitrary: target,
      examine(text) {
        const start = performance.now();
        const outcome = examine(text);
        assert.ok(performance.now() - start < MAX_MS, 'takes too long');
        return outcome;
      },
      show: (text) => text,
      extension: 'txt',
    }),
};

function examine(text: string): string {
  const { path } = parseRequestTarget(text);
  const params = parse(path);
  parse(queryUnescape(path));
  JSON.stringify(paramsJson(params));
  assert.equal(typeof resultKey(params, 'suffix'), 'string');
  for (const style of ['original', 'digest'] as const) {
    assert.equal(typeof storageKey(params.image, style), 'string');
    assert.equal(typeof resultKey(params, style), 'string');
  }
  for (const safeChars of SAFE_CHARS) {
    const key = normalize(`/${params.image}`, safeChars);
    assert.ok(!key.split('/').includes('..'), `the key ${key} leads up`);
  }
  // a filter without a name is written as imagor writes it, and read as none
  const filters = params.filters.filter(({ name }) => name !== '');
  const written = generatePath({ ...params, filters, base64Image: true });
  assert.equal(generatePath(parse(written)), written, 'is not written again as it was read');
  return keysOf(params);
}

function keysOf(params: ReturnType<typeof parse>): string {
  try {
    const keys = imageKeys(params, LIMITS);
    assert.ok(keys.length <= LIMITS.maxCount && !keys.includes(''));
    return params.image === '' ? 'names no image' : `names an image${keys.length > 0 ? ' and overlays' : ''}`;
  } catch (error) {
    if (error instanceof AppError && error.code === 'invalid') return 'names too many images';
    throw error;
  }
}
