const UNITS_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  // U+00B5, the micro sign, and U+03BC, the Greek letter
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

const PART = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/gy;

/** The longest duration of Go, 2⁶³−1 nanoseconds, in milliseconds. */
const MAX_MS = 2 ** 63 / 1e6;

/**
 * Reads a duration as Go does (`time.ParseDuration`): `168h`, `1m30s`, `1.5h`, `-500ms`, `0`.
 *
 * @returns milliseconds, with a fraction where the text has one; undefined when the text is no duration, as when its unit
 * is missing, or is longer than 292 years.
 */
export function parseDuration(text: string): number | undefined {
  const unsigned = text.replace(/^[-+]/, '');
  if (unsigned === '0') return 0;
  let ms = 0;
  let end = 0;
  for (const [part, amount = '', unit = ''] of unsigned.matchAll(PART)) {
    ms += Number(amount) * (UNITS_MS[unit] ?? Number.NaN);
    end += part.length;
  }
  if (end === 0 || end !== unsigned.length || !(ms < MAX_MS)) return undefined;
  return text.startsWith('-') && ms !== 0 ? -ms : ms;
}

/** Writes milliseconds in a form that {@link parseDuration} and Go read back, to the nanosecond: `168h`, `1m30s`, `1.5ms`. */
export function formatDuration(ms: number): string {
  if (ms < 0) return `-${formatDuration(-ms)}`;
  if (ms === 0) return '0s';
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor((ms % 3_600_000) / 60_000);
  const rest = Math.round((ms % 60_000) * 1e6) / 1e6;
  const seconds = rest >= 1000 ? `${rest / 1000}s` : `${rest}ms`;
  return (hours > 0 ? `${hours}h` : '') + (minutes > 0 ? `${minutes}m` : '') + (rest > 0 ? seconds : '');
}
