import { QUALITY } from '../scenarios.ts';
import type { ServerRecipe } from './server.ts';

/** IPX as npm installs it; see `ipx-server.ts`. */
export function ipx(photos: string): ServerRecipe {
  return {
    name: 'ipx',
    script: new URL('./ipx-server.js', import.meta.url),
    arguments: (port) => [String(port), photos],
    pathOf: ({ width, height, format }, source) => {
      // sharp would make a palette of a PNG that is given a quality
      const quality = format === 'png' ? '' : `,q_${QUALITY}`;
      return `/s_${width}x${height},fit_cover,f_${format}${quality}/${source}`;
    },
  };
}
