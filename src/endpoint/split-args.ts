/**
 * Splits a filter's arguments at the commas outside of parentheses, undecoded:
 * `a(b,c),d` is `['a(b,c)', 'd']`. An empty last argument is dropped, empty ones before it count.
 */
export function splitArgs(args: string): string[] {
  const list: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < args.length; at++) {
    const char = args[at];
    if (char === '(') depth++;
    else if (char === ')') depth--;
    else if (char === ',' && depth === 0) {
      list.push(args.slice(start, at));
      start = at + 1;
    }
  }
  if (start < args.length) list.push(args.slice(start));
  return list;
}
