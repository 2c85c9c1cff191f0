import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { parse } from '../../../src/endpoint/parse.ts';
import { MAGENTA, magentaIn } from '../../fixtures/canary.ts';
import { plain } from '../../fixtures/draw.ts';
import { hostileSvg } from '../../fixtures/hostile-svg.ts';
import { makeDir } from '../../support/imagor-process.ts';
import { startOrigin } from '../../support/origin.ts';
import { readPicture } from '../../support/picture.ts';
import { inScope } from '../../support/vips.ts';
import { checkSlowProperty } from '../check-property.ts';
import { Decoders, WORKERS } from '../decoders.ts';
import type { FuzzTarget } from '../fuzz-target.ts';
import { RunLifetime } from '../lifetime.ts';

const PATHS = ['', '60x60', 'fit-in/20x0/filters:dpi(150)', 'meta', 'trim'];

/** Hostile drawings, which would show a picture from outside, or ask a server for it, if they could. */
export const svgs: FuzzTarget = {
  name: 'svgs',
  what: 'hostile SVG: references to files and servers, entities, scripts, nesting, sizes',
  runs: { short: 200, long: 5_000 },
  async run(session) {
    await using lifetime = new RunLifetime();
    const origin = await startOrigin(lifetime, (_, response) => response.end());
    const canary = path.join(await makeDir(lifetime), 'canary.png');
    await writeFile(
      canary,
      inScope((scope) => plain(scope, 8, 8, MAGENTA).pngsaveBuffer()),
    );
    const decoders = new Decoders();
    await decoders.start();
    await checkSlowProperty(session, {
      lanes: WORKERS,
      arbitrary: fc.tuple(hostileSvg({ file: canary, url: `${origin.url}/canary.png` }), fc.constantFrom(...PATHS)),
      async examine([svg, path]) {
        const params = parse(`unsafe/${path}/filters:format(png)/a.svg`.replaceAll('//', '/'));
        const verdict = await decoders.judge({ params, source: Buffer.from(svg), images: new Map() });
        if (verdict.isCrash) session.keep({ kind: 'crash', input: svg, reason: verdict.outcome, extension: 'svg' });
        assert.equal(verdict.complaint, undefined);
        assert.equal(origin.sockets.length, 0, 'a server was asked');
        const isPicture = verdict.bytes !== undefined && path !== 'meta';
        if (isPicture) assert.ok(!magentaIn(readPicture(verdict.bytes)), 'a file from outside is to be seen');
        return verdict.outcome;
      },
      show: ([svg]) => svg,
      extension: 'svg',
    });
    await decoders.close();
  },
};
