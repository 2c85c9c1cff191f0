import { readFileSync, writeFileSync } from 'node:fs';
import { openLibvips } from '../src/vips/library.ts';
import { Scope } from '../src/vips/scope.ts';

/** Pixels for each unit of the SVG, for screens that have more than one. */
const SCALE = 2;

/** A process: `render-svg.js FILE` makes a PNG of the SVG that it reads from stdin. */
const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('a file is needed');
const svg = readFileSync(0);
using scope = new Scope(openLibvips({ trusted: ['VipsForeignLoadSvg'] }));
// a palette is enough for a drawing, and a third of the bytes
writeFileSync(
  file,
  scope
    .svgloadBuffer(svg, { scale: SCALE })
    .flatten({ background: [255, 255, 255] })
    .pngsaveBuffer({ palette: true }),
);
