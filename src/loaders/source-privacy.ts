import { forwardedHeaders, isForwarded } from './request-headers.ts';

/** What tells one user from another (RFC 9110 §11.6.2, RFC 6265 §4.2). */
export const CREDENTIALS: readonly string[] = ['authorization', 'cookie'];

/** What of the operator's wishes decides who may have an answer. */
export interface PrivacyOptions {
  readonly forwardHeaders: readonly string[];
  /** The answer to the client takes over the source's `Cache-Control`: what that says is to be kept to here, too. */
  readonly obeysCacheControl: boolean;
}

/**
 * Whether an answer is for the client alone that asked for it. What a shared cache may not store by RFC 9111 is not
 * stored here: `private` and `no-store`, where the operator has the source decide about caching (§3); the answer to a
 * request with credentials, unless it says `public` (§3.5; a cookie is one as good as an `Authorization`); one that says
 * by `Vary` that it depends on credentials that are passed on (§4.1), since results are stored under the URL alone.
 *
 * @param answer The headers of the source.
 * @param client Those of the client's request.
 */
export function isPrivateAnswer(
  answer: Headers,
  client: Headers,
  { forwardHeaders, obeysCacheControl }: PrivacyOptions,
): boolean {
  const directives = words(answer.get('cache-control')).map((directive) => directive.split('=')[0]);
  const isRestricted = directives.includes('private') || directives.includes('no-store');
  if (isRestricted && obeysCacheControl) return true;
  const passed = forwardedHeaders(client, forwardHeaders);
  const hasCredentials = CREDENTIALS.some((name) => passed[name] !== undefined);
  if (hasCredentials && (isRestricted || !directives.includes('public'))) return true;
  const varies = words(answer.get('vary'));
  return CREDENTIALS.some(
    (name) => isForwarded(name, forwardHeaders) && (varies.includes(name) || varies.includes('*')),
  );
}

/** The elements of a list of tokens, in lower case. */
function words(header: string | null): string[] {
  return (header ?? '')
    .toLowerCase()
    .split(',')
    .map((word) => word.trim());
}
