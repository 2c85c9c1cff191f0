import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from '../src/endpoint/parse.ts';
import type { Detection } from '../src/imaging/detector.ts';
import { FILTERS } from '../src/imaging/filters/registry.ts';
import { DEFAULT_IMAGING_OPTIONS } from '../src/imaging/options.ts';
import { runPipeline } from '../src/imaging/pipeline.ts';
import type { Image } from '../src/vips/image.ts';
import { openLibvips } from '../src/vips/library.ts';
import { Scope } from '../src/vips/scope.ts';

// Every filter on one page, to be looked at: node dist/scripts/contact-sheet.js sheet.png

const COLUMNS = 6;
const CELL = { width: 260, height: 214, caption: 30 };
const GROUND = [70, 74, 80];

/** What is shown: image paths without their image, the source's name before a bar where it is not the valley's. */
const SHOWN: readonly string[] = [
  '240x160',
  'fit-in/240x160/filters:background_color(teal)|logo.png',
  '240x160/filters:blur(6)',
  '240x160/filters:brightness(30)',
  '240x160/filters:brightness(-30)',
  '240x160/filters:contrast(50)',
  '240x160/filters:contrast(-50)',
  '240x160/filters:crop(0.4,0.2,0.5,0.5)',
  '240x160/filters:draw_detections()',
  'fit-in/240x160/10x10/filters:fill(gold)',
  'fit-in/160x160/40x0/filters:fill(blur)',
  'fit-in/160x160/40x0/filters:fill(auto)',
  'fit-in/160x160/40x0/filters:fill(none)|logo.png',
  '120x160/filters:focal(1000x300:1500x800)',
  '240x160/filters:grayscale()',
  '240x160/filters:hue(90)',
  '240x160/filters:hue(-90)',
  '240x160/filters:image(/f-80xf-60/filters:grayscale()/valley.jpg,center,center)',
  '240x160/filters:image(/80x80/logo.png,right,bottom,0,multiply)',
  '240x160/filters:image(/160x160/logo.png,center,center,0,mask)',
  '240x160/filters:image(/fxf/color:ff8800,0,0,0,difference)',
  '240x160/filters:invert()',
  '240x160/filters:label(Label,center,-15,40,white)',
  '240x160/filters:label(Half,left,top,50,gold,50,serif)',
  '240x160/filters:modulate(10,80,0)',
  '240x160/filters:orient(90)',
  '200x120/filters:padding(crimson,20,5,20,35)',
  '240x160/filters:pixelate(12)',
  '240x160/filters:proportion(50)',
  '240x160/filters:redact(pixelate,8)',
  '240x160/filters:redact_oval(blur,12)',
  '240x160/filters:redact(black)',
  '240x160/filters:rgb(30,-20,-20)',
  '160x160/filters:rotate(90)',
  '240x160/filters:round_corner(40)',
  '240x160/filters:round_corner(120,80,navy)',
  '240x160/filters:saturation(-100)',
  '240x160/filters:saturation(100)',
  '240x160/filters:sharpen(3)',
  '240x100/filters:stretch()',
  '240x160/filters:strip_exif()',
  '240x160/filters:strip_icc()',
  '240x160/filters:text(Text+that+is+wrapped,center,20,sans-bold-26,white,0,,180,centre)',
  '240x160/filters:text(multiply,10,center,serif-italic-44,crimson,20,multiply)',
  '240x160/filters:to_colorspace(p3)',
  '240x160/filters:padding(white,20):trim(10)',
  '240x160/filters:watermark(logo.png,right,bottom,30,40,40)',
  '240x160/filters:watermark(logo.png,repeat,repeat,50,25,25)',
];

/** Stands in for what finds faces: the sun, and a tree. */
const DETECTION: Detection = {
  detectors: [
    {
      name: 'sun and tree',
      detect: () => [
        { left: 0.58, top: 0.34, right: 0.8, bottom: 0.6, name: 'sun' },
        { left: 0.07, top: 0.6, right: 0.21, bottom: 0.82, name: 'pine' },
      ],
    },
  ],
  viewSize: 400,
};

const folder = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../pictures');
const bytesOf = (name: string): Uint8Array => readFileSync(path.join(folder, name));
const images = new Map(['valley.jpg', 'logo.png'].map((name) => [name, bytesOf(name)]));

const missing = [...FILTERS.keys()].filter((name) => !SHOWN.some((shown) => shown.includes(`${name}(`)));
if (missing.length > 0) throw new Error(`the sheet does not show ${missing.join(', ')}`);

const scope = new Scope(openLibvips({ trusted: ['VipsForeignLoadSvg'] }));
const sheet = scope.arrayjoin(SHOWN.map(cell), { across: COLUMNS, background: GROUND });
writeFileSync(process.argv[2] ?? 'contact-sheet.png', sheet.pngsaveBuffer());
scope[Symbol.dispose]();

function cell(shown: string): Image {
  const [url = '', source = 'valley.jpg'] = shown.split('|');
  const params = parse(`unsafe/${url.includes('filters:') ? url : `${url}/filters:`}:format(png)/${source}`);
  const input = { params, source: bytesOf(source), images, detection: DETECTION };
  const made = scope.load(runPipeline(scope, input, DEFAULT_IMAGING_OPTIONS).bytes).colourspace('srgb');
  const whole = made.hasAlpha ? made.flatten({ background: GROUND }) : made;
  const scale = Math.min(1, (CELL.width - 10) / whole.width, (CELL.height - CELL.caption - 10) / whole.height);
  const picture = scale < 1 ? whole.resize(scale) : whole;
  return scope
    .black(CELL.width, CELL.height, { bands: 3 })
    .linear([1, 1, 1], GROUND, { uchar: true })
    .copy({ interpretation: 'srgb' })
    .insert(picture, Math.round((CELL.width - picture.width) / 2), 6)
    .composite2(caption(shown), 'over', { x: 6, y: CELL.height - CELL.caption })
    .flatten({ background: GROUND }); // or the empty cells of the last row would need a colour with alpha
}

function caption(shown: string): Image {
  const words = shown.replace('240x160/', '').replace('filters:', '');
  const drawn = scope.text(words, { font: 'sans 9', width: CELL.width - 12, wrap: 'char', rgba: true });
  return drawn.linear([0, 0, 0, 1], [255, 255, 255, 0]).cast('uchar').copy({ interpretation: 'srgb' });
}
