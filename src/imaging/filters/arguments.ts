// Filter arguments are read as Go's strconv reads them, with 0 for what is no number, because imagor ignores its errors.

/** What {@link intArg} does not take for 0. */
export function isInt(text: string): boolean {
  return /^[+-]?[0-9]+$/.test(text);
}

/** Digits, between which an underscore may stand. */
const DIGITS = '[0-9](?:_?[0-9])*';
const FLOAT = new RegExp(`^[+-]?(?:${DIGITS}\\.?(?:${DIGITS})?|\\.${DIGITS})(?:e[+-]?${DIGITS})?$`, 'i');

/** What {@link floatArg} does not take for 0. */
export function isFloat(text: string): boolean {
  return FLOAT.test(text) && Number.isFinite(readFloat(text));
}

/** Go's `strconv.Atoi`, 0 for anything else; too large ones are clamped to what JavaScript counts exactly. */
export function intArg(text: string | undefined): number {
  if (text === undefined || !isInt(text)) return 0;
  const value = Number(text);
  return Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, value)) + 0;
}

/** Go's `strconv.ParseFloat` for finite decimal numbers, 0 for anything else (`inf` and `nan` included). */
export function floatArg(text: string | undefined): number {
  return text === undefined || !isFloat(text) ? 0 : readFloat(text);
}

function readFloat(text: string): number {
  return Number(text.replaceAll('_', ''));
}

/** Go's `url.QueryUnescape`: `+` is a space, and a text with a bad escape stays as it is. */
export function unescapeArg(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
