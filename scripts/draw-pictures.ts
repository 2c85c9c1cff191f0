import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Image } from '../src/vips/image.ts';
import { openLibvips } from '../src/vips/library.ts';
import { Scope } from '../src/vips/scope.ts';

// draws the pictures that the README's first command serves; run it again after a change, and look at them

const folder = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../pictures');
const scope = new Scope(openLibvips({ trusted: ['VipsForeignLoadSvg'] }));
mkdirSync(folder, { recursive: true });
writeFileSync(path.join(folder, 'valley.jpg'), valley().jpegsaveBuffer({ Q: 85, optimize_coding: true }));
writeFileSync(path.join(folder, 'ball.gif'), ball().gifsaveBuffer({ effort: 10 }));
writeFileSync(path.join(folder, 'logo.png'), draw(logo()).pngsaveBuffer({ palette: true }));
scope[Symbol.dispose]();

function draw(svg: string): Image {
  return scope.svgloadBuffer(Buffer.from(svg));
}

/** Evening over a lake: 1800 × 1200, with a little grain so that it behaves like a photo. */
function valley(): Image {
  const scene = draw(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1800 1200" width="1800" height="1200">
    <defs>
      <linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#2b3a67"/><stop offset=".55" stop-color="#e07a5f"/><stop offset="1" stop-color="#f2cc8f"/></linearGradient>
      <linearGradient id="lake" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#f2b880"/><stop offset="1" stop-color="#27496d"/></linearGradient>
      <radialGradient id="sun"><stop offset=".3" stop-color="#fff3c4"/><stop offset="1" stop-color="#fff3c4" stop-opacity="0"/></radialGradient>
    </defs>
    <rect width="1800" height="800" fill="url(#sky)"/>
    <circle cx="1240" cy="560" r="260" fill="url(#sun)"/>
    <path d="M0 640 250 420 430 560 700 300 980 600 1200 450 1500 640 1800 480V800H0Z" fill="#5b4b6f"/>
    <path d="M0 720 320 560 620 700 900 590 1300 720 1560 620 1800 700V820H0Z" fill="#3a3350"/>
    <rect y="780" width="1800" height="420" fill="url(#lake)"/>
    <path d="M0 1200V960q120-60 260-20t240 90 180 170Z" fill="#1b2a1f"/>
    <g fill="#16231a"><path d="m240 960 60-230 60 230Z"/><path d="m330 990 46-180 46 180Z"/><path d="m140 950 50-190 50 190Z"/></g>
    <g stroke="#fff3c4" stroke-opacity=".5" stroke-width="5"><path d="M1080 850h320M1130 890h220M1180 930h130M1205 970h70"/></g>
  </svg>`).flatten();
  const grain = scope.gaussnoise(1800, 1200, { sigma: 5, mean: 0, seed: 1 });
  return scene.add(grain).cast('uchar').copy({ interpretation: 'srgb' });
}

/** A bouncing ball: 12 frames of 320 × 240, 60 ms each. */
function ball(): Image {
  const frames = Array.from({ length: 12 }, (_, index) => {
    const height = Math.abs(Math.sin((index / 12) * Math.PI)) * 130;
    return draw(`<svg xmlns="http://www.w3.org/2000/svg" width="320" height="240">
      <rect width="320" height="240" fill="#f4f1de"/><rect y="200" width="320" height="40" fill="#81b29a"/>
      <ellipse cx="160" cy="205" rx="${50 - height / 5}" ry="${8 - height / 30}" fill="#3d5a4c"/>
      <circle cx="160" cy="${165 - height}" r="36" fill="#e07a5f"/><circle cx="148" cy="${152 - height}" r="9" fill="#f2cc8f"/>
    </svg>`);
  });
  const stacked = scope.arrayjoin(frames, { across: 1 });
  return stacked.withMetadata({ 'page-height': 240, delay: frames.map(() => 60), loop: 0 });
}

/** A mark for corners: 240 × 240, transparent. */
function logo(): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="240" height="240">
    <circle cx="120" cy="120" r="112" fill="#fff" fill-opacity=".85"/>
    <circle cx="120" cy="120" r="92" fill="none" stroke="#3d405b" stroke-width="14"/>
    <path d="m56 160 42-64 30 42 22-28 34 50Z" fill="#e07a5f"/><circle cx="158" cy="82" r="16" fill="#f2cc8f"/>
  </svg>`;
}
