import type { HandlerOptions } from '../../src/http/handler.ts';

/** A handler with nothing switched on, watched by nobody. */
export const PLAIN_HANDLER: HandlerOptions = {
  cache: { ttlMs: 60_000, staleWhileRevalidateMs: 0 },
  pathPrefix: '',
  stripQueryString: false,
  basePathRedirect: '',
  disableErrorBody: false,
  disableParamsEndpoint: false,
  cors: false,
  notFoundTtlMs: 10_000,
  readiness: () => 'ready',
  uploads: undefined,
  observe: () => ({ requestId: 'r1', begin: () => () => {}, end() {} }),
  onError() {},
};
