import { randomUUID } from 'node:crypto';

/** What a proxy's id may look like to be taken over: nothing that could forge a line of the log. */
const ACCEPTABLE = /^[\w.:+/=@-]{1,128}$/;

/** The id that a proxy has given a request by `X-Request-Id`, or a new one. */
export function requestIdOf(headers: Headers): string {
  const given = headers.get('x-request-id') ?? '';
  return ACCEPTABLE.test(given) ? given : randomUUID();
}
