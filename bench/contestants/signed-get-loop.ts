import { Client } from 'undici';
import { type Credentials, signRequest } from '../../src/storages/s3/sign.ts';
import { closedLoop, type Span } from '../load.ts';

/** What the loop is asked to do. */
export interface SignedGetTask {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: Credentials;
  /** One a connection: `/bucket/key`, escaped. */
  readonly paths: readonly string[];
  readonly span: Span;
}

/** What the loop has done. */
export interface SignedGetResult {
  readonly cpuMs: number;
  /** When each answer was complete, in ms since the epoch. */
  readonly completedAtMs: readonly number[];
}

/** A process: `signed-get-loop.js`, forked. As little as it takes to read from S3: a signature and undici, no server. */
process.on('message', async (task: SignedGetTask) => {
  const before = process.cpuUsage();
  const completedAtMs = await closedLoop(task.endpoint, task.paths, task.span, (origin) => connect(origin, task));
  const { user, system } = process.cpuUsage(before);
  process.send?.({ completedAtMs, cpuMs: (user + system) / 1000 } satisfies SignedGetResult);
});

function connect(origin: string, { region, credentials }: SignedGetTask) {
  const client = new Client(origin);
  const host = new URL(origin).host;
  return {
    async get(path: string): Promise<void> {
      const request = { method: 'GET', path, headers: { host } };
      const headers = signRequest(request, credentials, { region, service: 's3', date: new Date() });
      const { statusCode, body } = await client.request({ method: 'GET', path, headers });
      const bytes = await body.bytes();
      if (statusCode !== 200) throw new Error(`${path} was answered with ${statusCode}: ${Buffer.from(bytes)}`);
    },
    close: () => client.close(),
  };
}
