import { describe, it } from 'node:test';
import fc from 'fast-check';
import { checkChain } from './check-chain.ts';
import { randomUrl } from './random-url.ts';
import { SOURCES } from './sources.ts';

// Random geometries and filter chains over every kind of picture. `CHAINS=2000 npm test -- test/imaging` runs as many,
// `CHAINS_SEED` repeats a run.

/** Chains that failed once. */
const FAILED: readonly (readonly [source: string, url: string])[] = [
  ['grey-alpha.png', 'filters:bitdepth(2)'],
  ['dot.png', 'filters:text(%3Cbroken,21,0.13,0.)'],
  ['tall.webp', '4x16:55x13/stretch/left/filters:padding(auto,-5,-18,8,21)'],
  ['moving.gif', '34x38/filters:watermark(photo.png)'],
  ['grey.jpg', 'full-fit-in/7x153/bottom'],
  ['wide.png', '57x157/filters:focal(10x10:30x30)'],
  // libvips 8.14 crashed
  ['moving.gif', '0x0:0.5x0.5/full-fit-in/20x20'],
  ['moving.gif', '0x0:0.5x0.5/20x20/filters:rotate(90)'],
];

describe('random chains of filters', () => {
  it('end with a picture of the right size, or with a reason', { timeout: 1_800_000 }, () => {
    const seed = process.env['CHAINS_SEED'];
    fc.assert(fc.property(fc.constantFrom(...SOURCES.keys()), randomUrl, checkChain), {
      numRuns: Number(process.env['CHAINS'] ?? 150),
      ...(seed ? { seed: Number(seed) } : {}),
      examples: FAILED.map(([source, url]) => [source, url]),
    });
  });
});
