// Filter arguments are read as Go's strconv reads them, with 0 for what is no number, because imagor ignores its errors.

/** What {@link intArg} does not take for 0. */
export function isInt(text: string): boolean {
  return /^[+-]?[0-9]+$/.test(text);
}

/** What {@link floatArg} does not take for 0. */
export function isFloat(text: string): boolean {
  return /^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?$/i.test(text) && Number.isFinite(Number(text));
}

/** Go's `strconv.Atoi`, 0 for anything else; too large ones are clamped to what JavaScript counts exactly. */
export function intArg(text: string | undefined): number {
  if (text === undefined || !isInt(text)) return 0;
  const value = Number(text);
  return Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, value)) + 0;
}

/** Go's `strconv.ParseFloat` for finite decimal numbers, 0 for anything else (`inf` and `nan` included). */
export function floatArg(text: string | undefined): number {
  return text === undefined || !isFloat(text) ? 0 : Number(text);
}

/** Go's `url.QueryUnescape`: `+` is a space, and a text with a bad escape stays as it is. */
export function unescapeArg(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
