import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { rawGet, rawRequest } from '../../test/support/raw-request.ts';
import type { Access } from './access.ts';
import type { Handler } from './handler.ts';
import { listen, type RunningServer, type ServerOptions } from './node.ts';

async function start(t: TestContext, handler: Handler, options: Partial<ServerOptions> = {}): Promise<RunningServer> {
  const server = await listen(handler, { port: 0, host: '127.0.0.1', shutdownTimeoutMs: 60_000, ...options });
  t.after(() => server.close());
  return server;
}

const echo: Handler = async (_, target) => new Response(target);

/** More than the system's buffers take, so that the end of an answer is not the end of sending it. */
const FINISHED = 'finished'.repeat(1_000_000);

/** A handler whose answers wait until the test lets them go. */
function gated() {
  let open: () => void = () => {};
  let arrived: () => void = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const arrival = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const handler: Handler = async () => {
    arrived();
    await gate;
    return new Response(FINISHED);
  };
  return { handler, arrival, open: () => open() };
}

async function fetchOver(agent: Agent, port: number): Promise<{ status: number | undefined; body: string }> {
  const [response] = (await once(get({ port, host: '127.0.0.1', agent }), 'response')) as [IncomingMessage];
  return { status: response.statusCode, body: Buffer.concat(await response.toArray()).toString() };
}

describe('listen', () => {
  it('hands on the target as the client wrote it', async (t) => {
    const { port } = await start(t, echo);
    for (const target of ['/a/../b/%2e%2e/./c', '//a//b', '/{"<>^`|}', 'http://example.com/../a?b', '/%']) {
      assert.equal((await rawGet(port, target)).body, target);
    }
  });

  it('answers clients that name no host, as HTTP/1.0 allows', async (t) => {
    const { port } = await start(t, echo);
    const { head, body } = await rawRequest(port, 'GET /healthcheck HTTP/1.0\r\n\r\n');
    assert.match(head, /^HTTP\/1\.1 200 /);
    assert.equal(body, '/healthcheck');
  });

  it('turns away what makes no URL', async (t) => {
    const { port } = await start(t, echo);
    for (const answer of [
      await rawGet(port, '/a\\b'),
      await rawGet(port, '*'),
      await rawGet(port, '/a', ['Host: a b']),
      await rawGet(port, 'http://[/a'),
    ]) {
      assert.equal(answer.status, 400);
      assert.equal(answer.body, '{"message":"invalid","status":400}');
    }
    // Node asks for a host where HTTP/1.1 does, before we are asked
    assert.equal((await rawRequest(port, 'GET /a HTTP/1.1\r\n\r\n')).status, 400);
  });

  it('answers what cannot be read as a request', async (t) => {
    const { port } = await start(t, echo);
    const answers = await Promise.all([
      rawGet(port, '/unsafe/日本.png'),
      rawGet(port, `/${'a'.repeat(1 << 20)}`),
      rawRequest(port, 'nonsense\r\n\r\n'),
    ]);
    assert.deepEqual(
      answers.map(({ status, body }) => ({ sent: status, ...JSON.parse(body) })),
      [
        { sent: 400, message: 'the URL holds characters that must be percent-encoded', status: 400 },
        { sent: 431, message: 'the URL and the headers are too long', status: 431 },
        { sent: 400, message: 'invalid', status: 400 },
      ],
    );
  });

  it('writes no error into an answer that is on its way', async (t) => {
    const { handler, arrival } = gated();
    const { port } = await start(t, handler);
    const socket = connect(port, '127.0.0.1');
    const received: Uint8Array[] = [];
    socket.on('data', (chunk) => received.push(chunk));
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await arrival;
    socket.write('nonsense\r\n\r\n');
    await once(socket, 'close');
    assert.deepEqual(received, []);
  });

  it('says why it cannot listen', async (t) => {
    const { port } = await start(t, echo);
    await assert.rejects(listen(echo, { port, host: '127.0.0.1', shutdownTimeoutMs: 0 }), { code: 'EADDRINUSE' });
  });

  it('tells of every answer', async (t) => {
    const told: Access[] = [];
    let onTold: () => void = () => {};
    const onAccess = (access: Access): void => {
      told.push(access);
      onTold();
    };
    const { handler, arrival } = gated();
    const { port } = await start(
      t,
      (request, target) => (target === '/slow' ? handler(request) : echo(request, target)),
      {
        onAccess,
      },
    );
    const claims = ['X-Forwarded-For: evil"\\, unknown, 203.0.113.7, 10.0.0.1', 'X-Real-IP: 198.51.100.9'];
    await rawGet(port, '/fast?a=b', ['Host: localhost', 'User-Agent: a test', ...claims]);
    const gone = new Promise<void>((resolve) => {
      onTold = resolve;
    });
    const leaving = connect(port, '127.0.0.1');
    leaving.write('GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await arrival;
    leaving.destroy();
    await gone;
    assert.deepEqual(
      told.map(({ method, url, status, userAgent }) => ({ method, url, status, userAgent })),
      [
        { method: 'GET', url: '/fast?a=b', status: 200, userAgent: 'a test' },
        { method: 'GET', url: '/slow', status: 499, userAgent: '' },
      ],
    );
    assert.deepEqual(
      told.map(({ remoteAddress, forwardedFor }) => [remoteAddress, forwardedFor]),
      [
        ['127.0.0.1', '203.0.113.7'],
        ['127.0.0.1', undefined],
      ],
    );
    assert.ok((told[0]?.tookMs ?? -1) >= 0);
  });

  it('tells the handler when the client leaves', async (t) => {
    let aborted: () => void = () => {};
    const abortion = new Promise<void>((resolve) => {
      aborted = resolve;
    });
    const { port } = await start(t, ({ signal }) => {
      client.destroy();
      return new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          aborted();
          resolve(new Response(null, { status: 499 }));
        });
      });
    });
    const client = connect(port, '127.0.0.1');
    client.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await abortion;
  });
});

describe('drain', () => {
  it('goes on accepting, and has every answer close its connection, those under way too', async (t) => {
    const { handler, arrival, open } = gated();
    const { port, drain } = await start(t, async (request, target) =>
      target === '/' ? handler(request) : echo(request, target),
    );
    const agent = new Agent({ keepAlive: true });
    t.after(() => agent.destroy());
    const connectionOf = async (path: string): Promise<string | undefined> => {
      const [response] = (await once(get({ port, host: '127.0.0.1', path, agent }), 'response')) as [IncomingMessage];
      await response.toArray();
      return response.headers.connection;
    };
    assert.equal(await connectionOf('/before'), 'keep-alive');
    const underWay = connectionOf('/');
    await arrival;
    drain();
    open();
    assert.deepEqual([await underWay, await connectionOf('/new')], ['close', 'close']);
  });
});

describe('close', () => {
  it('lets running requests finish, then closes their connections at once, though clients would keep them', async (t) => {
    const { handler, arrival, open } = gated();
    const { port, close } = await start(t, handler);
    const agent = new Agent({ keepAlive: true });
    t.after(() => agent.destroy());
    const answer = fetchOver(agent, port);
    await arrival;
    const closed = close();
    await assert.rejects(once(connect(port, '127.0.0.1'), 'connect'), { code: 'ECONNREFUSED' });
    open();
    assert.deepEqual(await answer, { status: 200, body: FINISHED });
    await closed;
  });

  it('closes idle connections at once', async (t) => {
    const { port, close } = await start(t, echo);
    const agent = new Agent({ keepAlive: true });
    t.after(() => agent.destroy());
    await fetchOver(agent, port);
    const ahead = connect(port, '127.0.0.1'); // as browsers open before they need it
    await once(ahead, 'connect');
    await close();
  });

  it('answers all requests that one connection has brought', async (t) => {
    const { handler, arrival, open } = gated();
    const { port, close } = await start(t, handler);
    const request = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n';
    const answers = rawRequest(port, request + request);
    await arrival;
    const closed = close();
    open();
    assert.equal((await answers).body.split(FINISHED).length, 3);
    await closed;
  });

  it('cuts off what does not finish in time', async (t) => {
    const { handler, arrival } = gated();
    const { port, close } = await start(t, handler, { shutdownTimeoutMs: 10 });
    const cut = rawGet(port, '/');
    await arrival;
    await close();
    assert.equal((await cut).head, '');
  });
});
