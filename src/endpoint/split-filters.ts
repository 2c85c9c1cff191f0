import type { Filter } from './params.ts';

const PREFIX = 'filters:';

/**
 * Takes the end of a path apart, `filters:blur(2):fill(red)/photo.jpg` or just `photo.jpg`. Nothing is decoded.
 *
 * Every text is accepted, with imagor's reading of the odd ones: a filter without parentheses has neither name nor
 * arguments unless it is the last, which does not count; of `a(1)b(2)` the last counts; what follows a parenthesis
 * that does not close, or one that was never opened, is lost, the image too.
 */
export function splitFilters(text: string): { filters: Filter[]; image: string } {
  const filters: Filter[] = [];
  if (!text.startsWith(PREFIX)) return { filters, image: text };
  let depth = 0;
  let start = PREFIX.length;
  let name = '';
  let args = '';
  let image = '';
  for (let at = start; at < text.length && image === ''; at++) {
    const char = text[at];
    if (char === '(') {
      if (depth === 0) {
        name = text.slice(start, at);
        start = at + 1;
      }
      depth++;
    } else if (char === ')') {
      depth--;
      if (depth === 0) {
        args = text.slice(start, at);
        start = at + 1;
      }
    } else if (char === ':' && depth === 0) {
      filters.push({ name, args });
      name = args = '';
      start = at + 1;
    } else if (char === '/' && depth === 0) {
      image = text.slice(at + 1);
    }
  }
  if (name !== '') filters.push({ name, args });
  return { filters, image };
}
