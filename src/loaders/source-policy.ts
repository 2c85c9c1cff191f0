import { domainToASCII } from 'node:url';
import { RE2JS } from 're2js';
import { AppError } from '../errors.ts';
import { compileGlob } from './glob.ts';

/** What sources may be named. */
export interface SourcePolicyOptions {
  /** Globs of hosts, with the port where the URL has one: `*.example.com`, `images.example.com:8080`. */
  readonly allowedSources: readonly string[];
  /** RE2 expressions, found anywhere in a URL unless anchored. A URL is allowed by either list; by both when empty. */
  readonly allowedSourceRegexps: readonly string[];
  readonly httpsOnly: boolean;
}

/**
 * Compiles the check that a key's URL and the target of every redirect must pass. Addresses are another matter, of the
 * dialer.
 *
 * @returns throws AppError `source-not-allowed`; `not-found` for a guess that the lists lack: a key that names no scheme
 * is most likely no URL at all, but a picture that another source turned out not to have.
 * @throws AppError `invalid` for a malformed pattern: without it, everything or nothing would be allowed.
 */
export function createSourcePolicy(options: SourcePolicyOptions): (url: URL, isGuess?: boolean) => void {
  const isAllowedHost = createHostMatcher(options.allowedSources);
  const regexps = options.allowedSourceRegexps.map(compileRegexp);
  const allowsAll = options.allowedSources.length === 0 && regexps.length === 0;
  return (url, isGuess = false) => {
    if (url.protocol !== 'https:' && url.protocol !== 'http:') {
      throw new AppError('source-not-allowed', { publicMessage: 'only http and https sources are served' });
    }
    if (options.httpsOnly && url.protocol !== 'https:') {
      throw new AppError('source-not-allowed', { publicMessage: 'only https sources are allowed' });
    }
    if (allowsAll || isAllowedHost(url)) return;
    const text = cleaned(url);
    if (regexps.some((regexp) => regexp.test(text))) return;
    throw new AppError(isGuess ? 'not-found' : 'source-not-allowed', {
      detail: `${url.host} is not in the allow list`,
    });
  };
}

/**
 * Compiles globs of hosts; a URL matches by its host, and its port where that is not the scheme's own.
 *
 * @throws AppError `invalid` for a malformed glob.
 */
export function createHostMatcher(patterns: readonly string[]): (url: URL) => boolean {
  const globs = patterns.map((pattern) => compileGlob(toHost(pattern)));
  return (url) => globs.some((glob) => glob(url.host));
}

/** URLs have their hosts in lower case and Punycode. */
function toHost(pattern: string): string {
  const isAscii = /^\p{ASCII}*$/u.test(pattern);
  return (isAscii ? '' : domainToASCII(pattern)) || pattern.toLowerCase();
}

/** The text that expressions see: no credentials, which could pass for a host, no repeated slashes, no fragment. */
function cleaned(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname.replace(/\/{2,}/g, '/')}${url.search}`;
}

function compileRegexp(source: string): RE2JS {
  try {
    return RE2JS.compile(source);
  } catch (cause) {
    throw new AppError('invalid', { publicMessage: `"${source}" is not an RE2 expression: ${String(cause)}`, cause });
  }
}
