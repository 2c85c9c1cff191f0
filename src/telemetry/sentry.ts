import { createStackParser, createTransport, linkedErrorsIntegration, Scope } from '@sentry/core';
import { nodeStackLineParser, ServerRuntimeClient } from '@sentry/core/server';
import { fetch } from 'undici';
import type { AppError } from '../errors.ts';

/** Where failures are reported to. */
export interface ErrorReporter {
  /** @param fields What else the log says of it. */
  report(error: AppError, fields: Readonly<Record<string, unknown>>): void;
  /** Sends what is left, for two seconds at the most. Never rejects. */
  close(): Promise<void>;
}

/** Milliseconds that the end of the program waits for reports to be sent; imagor's figure. */
const FLUSH_MS = 2_000;

/**
 * Reports errors to Sentry. Only what is handed over is sent: the client has none of the integrations that look at
 * requests, the console or the environment by themselves.
 *
 * @param dsn Of the Sentry project.
 */
export function createSentry(dsn: string, release: string): ErrorReporter {
  const client = new ServerRuntimeClient({
    dsn,
    release,
    platform: 'node',
    runtime: { name: 'node', version: process.version },
    integrations: [linkedErrorsIntegration()],
    stackParser: createStackParser(nodeStackLineParser()),
    transport: (options) =>
      createTransport(options, async ({ body }) => {
        const answer = await fetch(options.url, { method: 'POST', body, headers: options.headers ?? {} });
        await answer.body?.cancel();
        const header = (name: string): string | null => answer.headers.get(name);
        const headers = {
          'x-sentry-rate-limits': header('x-sentry-rate-limits'),
          'retry-after': header('retry-after'),
        };
        return { statusCode: answer.status, headers };
      }),
  });
  client.init();
  return {
    report(error, fields) {
      const scope = new Scope();
      scope.setTags({ code: error.code, status: error.status });
      scope.setExtras({ ...fields });
      client.captureException(error, {}, scope);
    },
    async close() {
      await client.close(FLUSH_MS);
    },
  };
}
