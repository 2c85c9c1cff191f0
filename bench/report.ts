/** What came of one measurement. */
export interface Outcome {
  readonly figures: readonly Figure[];
  readonly charts: readonly Chart[];
}

/** One figure of imagor-ts, and the floor it has to reach. */
export interface Figure {
  readonly what: string;
  /** What it is a ratio to; undefined for a figure that stands by itself. */
  readonly against?: string;
  readonly value: number;
  readonly unit: string;
  readonly floor?: Floor;
}

/** What a figure must be to pass. */
type Floor = { readonly atLeast: number } | { readonly atMost: number };

/** How everyone did at one thing. */
export interface Chart {
  readonly title: string;
  readonly unit: string;
  readonly bars: readonly Bar[];
}

/** One contestant in a chart. */
export interface Bar {
  readonly name: string;
  readonly value: number;
  /** What the value was taken from; for the saved file. */
  readonly samples: readonly number[];
  /** Shown behind the value. */
  readonly note?: string;
}

const BAR_CELLS = 40;

/** Blocks that fill one to seven eighths of a cell. */
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;

/** The figures as a table, one a line, with what came of their floors. */
export function formatTable(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.what,
    figure.against ? `against ${figure.against}` : '',
    formatNumber(figure.value, figure.unit),
    figure.floor ? formatFloor(figure.floor, figure.unit) : '',
    figure.floor ? (passes(figure.value, figure.floor) ? 'pass' : 'MISS') : '',
  ]);
  const width = (column: number): number => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(width(column))).join('   '));
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}

/** A chart as bars of text, as long as their values are in proportion to the largest. */
export function formatChart({ title, unit, bars }: Chart): string {
  const largest = Math.max(...bars.map(({ value }) => value));
  const nameWidth = Math.max(...bars.map(({ name }) => name.length));
  const lines = bars.map(({ name, value, note }) => {
    const text = `${formatNumber(value, unit)}${note === undefined ? '' : `, ${note}`}`;
    return `  ${name.padEnd(nameWidth)}  ${formatBar(value / largest).padEnd(BAR_CELLS)}  ${text}\n`;
  });
  return `${title}\n${lines.join('')}`;
}

function passes(value: number, floor: Floor): boolean {
  return 'atLeast' in floor ? value >= floor.atLeast : value <= floor.atMost;
}

function formatBar(share: number): string {
  const eighths = Math.round(share * BAR_CELLS * 8);
  return '█'.repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8];
}

function formatFloor(floor: Floor, unit: string): string {
  return 'atLeast' in floor ? `≥ ${formatNumber(floor.atLeast, unit)}` : `≤ ${formatNumber(floor.atMost, unit)}`;
}

/** Likenesses differ in their last digits only. */
function formatNumber(value: number, unit: string): string {
  const digits = unit === 'SSIM' ? 4 : value < 10 ? 2 : value < 100 ? 1 : 0;
  return `${value.toFixed(digits)}${unit === '×' ? '' : ' '}${unit}`;
}
