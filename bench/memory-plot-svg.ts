import type { MemorySample } from './sample-memory.ts';

/** Memory in each quarter of the requests, in MB on average. */
export type Quarters = readonly [number, number, number, number];

/** What is drawn. */
export interface MemoryPlot {
  readonly samples: readonly MemorySample[];
  readonly quarters: Quarters;
  /** Requests in all. */
  readonly total: number;
  /** What else is to be known of the figures: the machine. */
  readonly caption: string;
}

const WIDTH = 960;
const HEIGHT = 500;
/** Of the coordinates inside of the axes. */
const LEFT = 80;
const RIGHT = 930;
const TOP = 100;
const BOTTOM = 420;

const QUARTER_NAMES = ['first quarter', 'second quarter', 'third quarter', 'last quarter'];

/** An SVG of 960×500: a line over the requests, a mean for each quarter, and what the last is by the second. */
export function memoryPlotSvg({ samples, quarters, total, caption }: MemoryPlot): string {
  const step = niceStep(Math.max(...samples.map(({ residentMb }) => residentMb)) * 1.1);
  const top = Math.ceil((Math.max(...samples.map(({ residentMb }) => residentMb)) * 1.1) / step) * step;
  const x = (answered: number): number => LEFT + (answered / total) * (RIGHT - LEFT);
  const y = (mb: number): number => BOTTOM - (mb / top) * (BOTTOM - TOP);
  const line = samples.map(({ answered, residentMb }) => `${x(answered).toFixed(1)},${y(residentMb).toFixed(1)}`);
  const ratio = (quarters[3] / quarters[1]).toFixed(2);
  const count = total.toLocaleString('en');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" font-family="DejaVu Sans" font-size="13">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    text(LEFT, 34, `Memory of server and workers over ${count} mixed requests`, 'font-size="19" fill="#222"'),
    text(LEFT, 58, `last quarter ${ratio} × second quarter`, 'font-size="14" fill="#555"'),
    ...quarters.map((mean, index) => quarter(mean, index, x(total / 4) - LEFT, y(mean))),
    ...ticks(top, step).map((mb) => gridLine(mb, y(mb))),
    ...[0, 1, 2, 3, 4].map((index) => requestTick((total * index) / 4, x((total * index) / 4))),
    `<polyline points="${line.join(' ')}" fill="none" stroke="#1f6fb2" stroke-width="1.6" stroke-linejoin="round"/>`,
    ...quarters.map((mean, index) => meanLine(x((total * index) / 4), x((total * (index + 1)) / 4), y(mean))),
    text((LEFT + RIGHT) / 2, BOTTOM + 44, 'requests answered', 'text-anchor="middle" fill="#444"'),
    `<text transform="translate(24 ${(TOP + BOTTOM) / 2}) rotate(-90)" text-anchor="middle" fill="#444">resident memory, MB</text>`,
    text(LEFT, HEIGHT - 14, caption, 'font-size="11" fill="#777"'),
    '</svg>',
  ].join('\n');
}

/** Four to eight lines that stand at 1, 2 or 5 times a power of ten. */
function niceStep(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most / 4));
  return ([1, 2, 5].find((factor) => most / (factor * power) <= 8) ?? 10) * power;
}

function ticks(top: number, step: number): number[] {
  return Array.from({ length: Math.round(top / step) + 1 }, (_, index) => index * step);
}

function quarter(mean: number, index: number, width: number, meanY: number): string {
  const left = LEFT + index * width;
  const shade = index % 2 === 1 ? '#f1f5f9' : '#fff';
  const middle = left + width / 2;
  return [
    `<rect x="${left}" y="${TOP}" width="${width}" height="${BOTTOM - TOP}" fill="${shade}"/>`,
    text(middle, TOP - 10, QUARTER_NAMES[index] ?? '', 'text-anchor="middle" fill="#444"'),
    text(
      middle,
      Math.min(meanY + 44, BOTTOM - 12),
      `mean ${mean.toFixed(0)} MB`,
      'text-anchor="middle" fill="#c2410c"',
    ),
  ].join('\n');
}

function gridLine(mb: number, y: number): string {
  const color = mb === 0 ? '#444' : '#d5dbe2';
  const label = text(LEFT - 10, y + 5, String(mb), 'text-anchor="end" fill="#444"');
  return `<line x1="${LEFT}" x2="${RIGHT}" y1="${y}" y2="${y}" stroke="${color}" stroke-width="1"/>\n${label}`;
}

function requestTick(answered: number, x: number): string {
  const label = text(x, BOTTOM + 22, answered.toLocaleString('en'), 'text-anchor="middle" fill="#444"');
  return `<line x1="${x}" x2="${x}" y1="${BOTTOM}" y2="${BOTTOM + 6}" stroke="#444"/>\n${label}`;
}

function meanLine(from: number, to: number, y: number): string {
  return `<line x1="${from + 4}" x2="${to - 4}" y1="${y}" y2="${y}" stroke="#ea580c" stroke-width="2" stroke-dasharray="7 5"/>`;
}

function text(x: number, y: number, content: string, attributes: string): string {
  return `<text x="${x}" y="${y}" ${attributes}>${escapeXml(content)}</text>`;
}

function escapeXml(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
