import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Handler } from './handler.ts';
import { listen } from './node.ts';

const TIMEOUT_MS = 150;

/** More than the buffers of a connection hold. */
const LARGE = new Uint8Array(50_000_000);

async function serve(
  t: TestContext,
  handler: Handler,
  stalledReaderTimeoutMs: number = TIMEOUT_MS,
): Promise<{ port: number; answered: Promise<void> }> {
  let report: () => void = () => {};
  const answered = new Promise<void>((resolve) => {
    report = resolve;
  });
  const { port, close } = await listen(handler, {
    host: '127.0.0.1',
    port: 0,
    shutdownTimeoutMs: 0,
    stalledReaderTimeoutMs,
    onAccess: report,
  });
  t.after(close);
  return { port, answered };
}

const REQUEST = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n';

describe('a client that takes nothing more of an answer', () => {
  it('is cut off', async (t) => {
    const { port, answered } = await serve(t, async () => new Response(LARGE));
    const client = connect(port, '127.0.0.1');
    client.on('error', () => {}).write(REQUEST);
    await answered; // though it never reads
    let read = 0;
    for await (const chunk of client) read += (chunk as Uint8Array).length;
    assert.ok(read < LARGE.length);
  });

  it('is not taken for one that reads slowly', async (t) => {
    const timeoutMs = 2_000;
    const { port } = await serve(t, async () => new Response(LARGE), timeoutMs);
    const client = connect(port, '127.0.0.1');
    client.write(REQUEST);
    const start = Date.now();
    let read = 0;
    for await (const chunk of client) {
      read += (chunk as Uint8Array).length;
      if (read >= LARGE.length) break;
      // for longer than the timeout in all, and for a moment each time
      if (Date.now() - start < 1.5 * timeoutMs) await delay(4);
    }
    assert.ok(read >= LARGE.length);
  });

  it('is not taken for one that waits for a slow answer', async (t) => {
    const { port } = await serve(t, async () => {
      await delay(3 * TIMEOUT_MS);
      return new Response('late');
    });
    const client = connect(port, '127.0.0.1');
    client.write(REQUEST);
    const [chunk] = (await once(client, 'data')) as [Buffer];
    assert.match(chunk.toString(), /^HTTP\/1\.1 200 /);
    client.destroy();
  });

  it('is let go when it keeps its connection and asks for nothing', async (t) => {
    const { port } = await serve(t, async () => new Response('x'));
    const client = connect(port, '127.0.0.1');
    await once(client.resume(), 'close');
  });
});
