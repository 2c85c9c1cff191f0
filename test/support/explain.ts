import assert from 'node:assert/strict';
import type { ExplainedStep, Explanation } from '../../src/commands/explain/explanation.ts';
import { disc, exifOriented, RED, scene } from '../fixtures/draw.ts';
import { makeDir, runImagor } from './imagor-process.ts';
import type { Lifetime } from './lifetime.ts';
import { startOrigin } from './origin.ts';
import { inScope } from './vips.ts';

/** What the origin has, by the path there. */
export const PICTURES: Readonly<Record<string, Uint8Array>> = inScope((scope) => ({
  '/large.jpg': scene(scope, 1200, 800).jpegsaveBuffer({ Q: 85 }),
  '/dir/turned 1.jpg': exifOriented(scope, 6, 640, 480).jpegsaveBuffer({ Q: 85 }),
  '/photo.png': scene(scope, 301, 199).pngsaveBuffer(),
  '/logo.png': disc(scope, 40, RED).pngsaveBuffer(),
}));

const SECRET = 'hush-hush-hush';

/** An environment for `imagor explain` and for a server that does what was explained. */
export async function makeEnvironment(test: Lifetime): Promise<{
  readonly env: Readonly<Record<string, string>>;
  /** Where the pictures come from, without credentials. */
  readonly originUrl: string;
}> {
  const origin = await startOrigin(test, ({ url = '' }, response) => {
    const picture = PICTURES[decodeURIComponent(url)];
    if (picture) response.writeHead(200, { 'content-type': 'image/any' }).end(picture);
    else response.writeHead(404).end();
  });
  const env = {
    IMAGOR_SECRETS: `${SECRET},older-secret`,
    IMAGOR_UNSAFE: '1',
    IMAGOR_AUTO_WEBP: '1',
    IMAGOR_BASE_PARAMS: 'filters:strip_exif()',
    IMAGOR_STORAGE_PATH_STYLE: 'digest',
    IMAGOR_RESULT_STORAGE_PATH_STYLE: 'size',
    IMAGOR_CACHE_HEADER_TTL: '1h',
    HTTP_LOADER_BASE_URL: origin.url.replace('//', '//operator:password@'),
    FILE_STORAGE_BASE_DIR: await makeDir(test),
    FILE_STORAGE_PATH_PREFIX: '',
    FILE_RESULT_STORAGE_BASE_DIR: await makeDir(test),
    IMAGOR_WORKERS: '1',
    VIPS_MAX_WIDTH: '2000',
    VIPS_DISABLE_FILTERS: 'invert',
  };
  return { env, originUrl: origin.url };
}

/** Runs `imagor explain --json` once for all of the URLs; no secret may show. */
export async function explainAll(
  env: Readonly<Record<string, string>>,
  urls: readonly string[],
  flags: readonly string[] = [],
): Promise<Explanation[]> {
  const { exitCode, stdout, stderr } = await runImagor(['explain', ...urls, '--json', ...flags], env);
  assert.equal(exitCode, 0, stderr);
  for (const secret of [SECRET, 'older-secret', 'password']) assert.ok(!(stdout + stderr).includes(secret), secret);
  const explanations: Explanation[] = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.equal(explanations.length, urls.length);
  return explanations;
}

/** As {@link explainAll}, for one. */
export async function explain(
  env: Readonly<Record<string, string>>,
  url: string,
  flags: readonly string[] = [],
): Promise<Explanation> {
  const [explanation] = await explainAll(env, [url], flags);
  assert.ok(explanation);
  return explanation;
}

/** A size to compare, frames included. */
export const sizeOf = ({ width, height, frames }: Partial<ExplainedStep> = {}): string =>
  `${width} × ${height} × ${frames}`;
/** The step of that name, of the picture itself. */
export const stepOf = ({ steps }: Explanation, name: string): ExplainedStep | undefined =>
  steps.find(({ step }) => step === name);
