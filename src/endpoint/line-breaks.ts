// The characters Unicode calls mandatory breaks (UAX #14), as imagor drops them from paths and keys.
const LINE_BREAK = /[\n\v\f\r\u0085\u2028\u2029]/;
const LINE_BREAKS = new RegExp(LINE_BREAK, 'g');

/** The text without its line breaks; what stood on both sides joins. */
export function removeLineBreaks(text: string): string {
  return LINE_BREAK.test(text) ? text.replace(LINE_BREAKS, '') : text;
}
