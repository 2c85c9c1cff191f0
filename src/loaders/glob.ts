import { RE2JS } from 're2js';
import { AppError } from '../errors.ts';

const CLASS_ITEM = String.raw`(?:\\.|[^\\\]-])`;
const CLASS_RANGE = `${CLASS_ITEM}(?:-${CLASS_ITEM})?`;
/** What a pattern is made of: an escape, a class, a wildcard, or a character that stands for itself. */
const TOKEN = String.raw`\\.|\[\^?(?:${CLASS_RANGE})+\]|[^\\[]`;
const WHOLE = new RegExp(`^(?:${TOKEN})*$`, 'su');

/**
 * Compiles a glob of Go's `path.Match`: `*` and `?` stop at a slash, `[a-z]` and `[^a-z]` are classes, a backslash
 * quotes. Everything else stands for itself, the dot too. The whole text must match; the time is linear in its length.
 *
 * @see https://pkg.go.dev/path#Match
 * @throws AppError `invalid` for a malformed pattern.
 */
export function compileGlob(pattern: string): (text: string) => boolean {
  if (!WHOLE.test(pattern)) throw malformed(pattern);
  const source = pattern.replace(new RegExp(TOKEN, 'gsu'), translate);
  try {
    const regexp = RE2JS.compile(source, RE2JS.DOTALL);
    return (text) => regexp.testExact(text);
  } catch (error) {
    throw malformed(pattern, error);
  }
}

function translate(token: string): string {
  if (token === '*') return '[^/]*';
  if (token === '?') return '[^/]';
  if (!token.startsWith('[')) return literal(token);
  const negation = token.startsWith('[^') ? '^' : '';
  const items = token.slice(1 + negation.length, -1);
  const ranges = items.replace(new RegExp(CLASS_ITEM, 'gsu'), literal);
  return `[${negation}${ranges}]`;
}

/** The last character of a token, whatever RE2 would make of it. */
function literal(token: string): string {
  const codePoint = [...token].at(-1)?.codePointAt(0) ?? 0;
  return `\\x{${codePoint.toString(16)}}`;
}

function malformed(pattern: string, cause?: unknown): AppError {
  return new AppError('invalid', { publicMessage: `malformed pattern "${pattern}"`, cause });
}
