import { AVIF_EFFORT, QUALITY } from '../scenarios.ts';
import type { ServerRecipe } from './server.ts';

/** imagor-ts as it is installed: pictures from a folder, no storage, so that every request is worked on. */
export function imagor(photos: string): ServerRecipe {
  return {
    name: 'imagor-ts',
    script: new URL('../../src/cli.js', import.meta.url),
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
