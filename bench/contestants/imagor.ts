import { HIT_SECRET } from '../hit-paths.ts';
import { AVIF_EFFORT, QUALITY } from '../scenarios.ts';
import type { ServerRecipe } from './server.ts';
import type { ServerProgram } from './server-process.ts';

const SCRIPT = new URL('../../src/cli.js', import.meta.url);

/** imagor-ts as it is installed: pictures from a folder, no storage, so that every request is worked on. */
export function imagor(photos: string): ServerRecipe {
  return {
    name: 'imagor-ts',
    script: SCRIPT,
    arguments: (port) => [
      '-server-address=127.0.0.1',
      `-port=${port}`,
      '-imagor-unsafe',
      `-file-loader-base-dir=${photos}`,
      `-vips-avif-speed=${9 - AVIF_EFFORT}`,
    ],
    pathOf: ({ width, height, format }, source) => {
      const filters = format === 'png' ? `format(${format})` : `quality(${QUALITY}):format(${format})`;
      return `/unsafe/${width}x${height}/filters:${filters}/${source}`;
    },
  };
}

/**
 * imagor-ts with signed URLs and a storage of results.
 *
 * @param flags Say which storage, and what else is not as usual.
 * @param env Credentials, which no command line should hold.
 */
export function imagorWithResults(
  photos: string,
  flags: readonly string[],
  env: Readonly<Record<string, string>>,
): ServerProgram {
  return {
    name: 'imagor-ts',
    script: SCRIPT,
    arguments: (port) => ['-server-address=127.0.0.1', `-port=${port}`, `-file-loader-base-dir=${photos}`, ...flags],
    env: { ...env, IMAGOR_SECRET: HIT_SECRET },
  };
}
