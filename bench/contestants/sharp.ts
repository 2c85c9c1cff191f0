import type { ServerRecipe } from './server.ts';

/** The least that an image server by sharp can be; see `sharp-server.ts`. */
export function sharp(photos: string): ServerRecipe {
  return {
    name: 'sharp',
    script: new URL('./sharp-server.js', import.meta.url),
    arguments: (port) => [String(port), photos],
    pathOf: ({ width, height, format }, source) => `/${format}/${width}/${height}/${source}`,
  };
}
