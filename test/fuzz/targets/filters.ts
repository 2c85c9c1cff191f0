import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parse } from '../../../src/endpoint/parse.ts';
import { garbageUrl } from '../../fixtures/garbage-url.ts';
import { OVERLAYS, randomUrl } from '../../imaging/random-url.ts';
import { SOURCES } from '../../imaging/sources.ts';
import { checkSlowProperty } from '../check-property.ts';
import { Decoders, WORKERS } from '../decoders.ts';
import type { FuzzTarget } from '../fuzz-target.ts';

/** The grammar with values that make little sense, and characters of the grammar in any order. */
const path = fc.oneof(
  { weight: 4, arbitrary: randomUrl },
  {
    weight: 1,
    arbitrary: garbageUrl().map((target) => target.replace(/^\/(?:unsafe\/)?/, '').replace(/\/[^/]*$/, '')),
  },
);

/** Filters and their arguments, through the decoder processes. */
export const filters: FuzzTarget = {
  name: 'filters',
  what: 'geometry and filters with every kind of argument, through the decoder processes',
  runs: { short: 300, long: 10_000 },
  async run(session) {
    const overlays = OVERLAYS.map((key) => [key as string, SOURCES.get(key)?.bytes ?? new Uint8Array()] as const);
    // whatever key garbage names, it is fetched by the core or the job never begins
    const images = new Map([
      ...overlays,
      ...['a.png', '10p'].map((key) => [key, overlays[0]?.[1] as Uint8Array] as const),
    ]);
    const decoders = new Decoders();
    await decoders.start();
    await checkSlowProperty(session, {
      lanes: WORKERS,
      arbitrary: fc.tuple(fc.constantFrom(...SOURCES.keys()), path),
      async examine([name, text]) {
        const params = parse(`unsafe/${text}/${name}`.replaceAll('//', '/'));
        const source = SOURCES.get(name)?.bytes ?? new Uint8Array();
        const { outcome, complaint, isCrash } = await decoders.judge({ params, source, images });
        if (isCrash) session.keep({ kind: 'crash', input: `${name} ${text}`, reason: outcome, extension: 'txt' });
        assert.equal(complaint, undefined);
        return outcome;
      },
      show: ([name, text]) => `${name} ${text}`,
      extension: 'txt',
    });
    await decoders.close();
  },
};
