import { isIPv4 } from 'node:net';
import { AppError } from '../errors.ts';

/** How keys become URLs. */
export interface SourceUrlOptions {
  /** Keys are paths under this URL. Its query is not used. */
  readonly baseUrl: URL | undefined;
  /** For keys without one, `https`; empty to refuse such keys. */
  readonly defaultScheme: string;
}

/** A key as a URL. */
export interface SourceUrl {
  /** Dot segments resolved, escaped, without a fragment. */
  readonly url: URL;
  /** The key named no scheme. Its first segment may be no host at all, but a directory of another source. */
  readonly isGuess: boolean;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\x00-\x1f\x7f]/;
const ESCAPE = /%[\da-f]{2}/i;
const BROKEN_ESCAPE = /%(?![\da-f]{2})/i;
const SCHEME_AND_HOST = /^[a-z][a-z\d+.-]*:\/\/[^/?#]+/i;

/**
 * Makes a URL of a key: `https://example.com/a.jpg` is one, `example.com/a.jpg` gets the default scheme, and with a
 * base URL every key is a path under it. Such a path stays there: `..` does not lead out.
 *
 * @throws AppError `invalid` where a key cannot be a URL, `not-found` where it names no scheme and no host. Escapes without a scheme, as in `https%3A%2F%2Fa.com.jpg`,
 * are the name of a file of another source, not a host.
 */
export function resolveSourceUrl(key: string, options: SourceUrlOptions): SourceUrl {
  const [beforeQuery = ''] = key.split(/[?#]/, 1);
  if (key === '' || CONTROL.test(key) || BROKEN_ESCAPE.test(beforeQuery)) throw new AppError('invalid');
  // WHATWG URLs take a backslash for a slash and drop outer spaces; here both are characters of a name
  const text = key.replaceAll('\\', '%5C').replaceAll(' ', '%20');
  if (options.baseUrl) return { url: underBase(options.baseUrl, text), isGuess: false };
  if (SCHEME_AND_HOST.test(text)) return { url: parseUrl(text), isGuess: false };
  if (options.defaultScheme === '' || ESCAPE.test(key)) throw new AppError('invalid');
  const guess = `${options.defaultScheme}://${text}`;
  if (!SCHEME_AND_HOST.test(guess)) throw new AppError('invalid');
  return { url: parseGuess(guess), isGuess: true };
}

/**
 * A first segment that ends in a number is a directory, named by a year or a user, of a picture that another source
 * turned out not to have: WHATWG URLs take `2024` for the address 0.0.7.232, and `v1.999` for none.
 *
 * @throws AppError `invalid`, `not-found`
 */
function parseGuess(guess: string): URL {
  const [, host = ''] = /^[^:]*:\/\/([^/?#:]*)/.exec(guess) ?? [];
  const isNumbered = /(?:^|\.)(?:\d+|0x[\da-f]*)\.?$/i.test(host);
  if (isNumbered && !isIPv4(host)) throw new AppError('not-found', { detail: `${host} is no host` });
  return parseUrl(guess);
}

function underBase(base: URL, text: string): URL {
  const [withoutFragment = ''] = text.split('#', 1);
  const [path = '', ...query] = withoutFragment.replace(SCHEME_AND_HOST, '').split('?');
  // dots are resolved before the base comes in, so that they cannot eat its segments
  const rooted = parseUrl(`http://base.invalid${`/${path}`.replace(/\/{2,}/g, '/')}`);
  const url = new URL(base);
  url.pathname = base.pathname.replace(/\/+$/, '') + rooted.pathname;
  url.search = query.join('?');
  url.hash = '';
  return url;
}

function parseUrl(text: string): URL {
  try {
    const url = new URL(text);
    url.hash = '';
    return url;
  } catch (cause) {
    throw new AppError('invalid', { cause });
  }
}
