import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { after, describe, it, type TestContext } from 'node:test';
import { blackPng } from '../fixtures/black-png.ts';
import { createGate } from '../support/gate.ts';
import { type ImagorProcess, makeDir, startImagor } from '../support/imagor-process.ts';
import { startOrigin } from '../support/origin.ts';
import { childrenOf } from '../support/processes.ts';

const dir = await makeDir({ after });
await writeFile(join(dir, 'a.png'), blackPng(8, 6));
await writeFile(join(dir, 'text.png'), 'no picture');

const start = (t: TestContext, flags: readonly string[], env = {}): Promise<ImagorProcess> =>
  startImagor(t, ['-imagor-unsafe', '-imagor-workers', '1', '-file-loader-base-dir', dir, ...flags], env);

async function statusOf(url: string): Promise<number> {
  const response = await fetch(url);
  await response.arrayBuffer();
  return response.status;
}

/** What a server of others was sent. */
interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A collector: takes everything, and tells when something came that one waits for. */
async function startCollector(t: TestContext, isIt: (received: Received) => boolean) {
  const gate = createGate();
  const received: Received[] = [];
  const origin = await startOrigin(t, async (request, response) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk as Uint8Array);
    const one = { path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString() };
    received.push(one);
    response.end('{}');
    if (isIt(one)) gate.open();
  });
  return { ...origin, received, arrived: gate.opened };
}

describe('metrics', { concurrency: true }, () => {
  it('are served on an address of their own', async (t) => {
    const server = await start(t, ['-prometheus-bind', '127.0.0.1:0', '-prometheus-path', '/metrics']);
    const metrics = `http://127.0.0.1:${(await server.logged('serving metrics'))['port']}`;
    assert.equal(await statusOf(`${server.url}/unsafe/4x3/a.png`), 200);
    assert.equal(await statusOf(`${server.url}/unsafe/4x3/missing.png`), 404);
    assert.equal(await statusOf(`${server.url}/unsafe/4x3/text.png`), 406);

    assert.equal((await fetch(metrics, { redirect: 'manual' })).headers.get('location'), '/metrics');
    const response = await fetch(`${metrics}/metrics`);
    assert.match(response.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
    const text = await response.text();
    for (const line of [
      'imagor_http_request_duration_seconds_count{code="200",method="get"} 1',
      'imagor_http_request_duration_seconds_count{code="404",method="get"} 1',
      'imagor_step_duration_seconds_count{step="load",role="loader",adapter="file",outcome="done"} 2',
      'imagor_step_duration_seconds_count{step="process",role="",adapter="",outcome="done"} 1',
      'imagor_step_duration_seconds_count{step="process",role="",adapter="",outcome="unsupported-format"} 1',
      'imagor_workers_ready 1',
      'imagor_workers_busy 0',
    ]) {
      assert.ok(text.split('\n').includes(line), `${line} is not in\n${text}`);
    }
    assert.equal(await statusOf(`${server.url}/metrics`), 403);
  });

  it('count workers that crashed', async (t) => {
    const server = await start(t, ['-prometheus-bind', '127.0.0.1:0']);
    const metrics = `http://127.0.0.1:${(await server.logged('serving metrics'))['port']}/`;
    for (const pid of await childrenOf(server.pid)) process.kill(pid, 'SIGSEGV');
    await server.logged('worker lost');
    assert.match(await (await fetch(metrics)).text(), /^imagor_worker_ends_total\{cause="crash"\} 1$/m);
  });
});

describe('the log', { concurrency: true }, () => {
  it('tells requests apart by the id that the client got, or had', async (t) => {
    const server = await start(t, ['-server-access-log', '-debug']);
    const { headers } = await fetch(`${server.url}/unsafe/4x3/a.png`, { headers: { 'x-request-id': 'from-a-proxy' } });
    assert.equal(headers.get('x-request-id'), 'from-a-proxy');
    const access = await server.logged('access');
    assert.equal(access['requestId'], 'from-a-proxy');
    assert.equal(access['status'], 200);
    const load = await server.logged('load');
    assert.deepEqual(
      [load['requestId'], load['role'], load['adapter'], load['key'], load['outcome']],
      ['from-a-proxy', 'loader', 'file', 'a.png', 'done'],
    );
    const refused = await fetch(`${server.url}/unsafe/4x3/text.png`);
    const id = refused.headers.get('x-request-id');
    const line = await server.logged('request refused', (it) => it['requestId'] === id);
    assert.equal(line['code'], 'unsupported-format');
  });

  it('has its fields named by the Elastic Common Schema', async (t) => {
    const server = await start(t, ['-server-access-log', '-log-ecs']);
    await statusOf(`${server.url}/unsafe/4x3/a.png`);
    const access = await server.logged('access');
    assert.equal(access['http.response.status_code'], 200);
    assert.equal(access['url.original'], '/unsafe/4x3/a.png');
    assert.equal(access['log.level'], 'info');
    assert.match(String(access['ecs.version']), /^8\./);
    assert.match(String(access['@timestamp']), /^\d{4}-.*Z$/);
  });
});

describe('traces', () => {
  it("go to the collector by OTLP, a span for each step, below the caller's", async (t) => {
    const collector = await startCollector(t, ({ body }) => body.includes('"process"'));
    const server = await start(t, [], {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20t0ken',
      OTEL_SERVICE_NAME: 'pictures',
    });
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await fetch(`${server.url}/unsafe/4x3/a.png`, { headers: { traceparent } });
    server.kill('SIGTERM'); // what is left is sent before the program ends
    await collector.arrived;
    assert.equal((await server.ended).exitCode, 0);
    const [export_] = collector.received;
    assert.equal(export_?.path, '/v1/traces');
    assert.equal(export_?.headers.authorization, 'Bearer t0ken');
    assert.match(export_?.body ?? '', /"pictures"/);
    const spans = spansOf(collector.received);
    const root = spans.find(({ name }) => name === 'GET');
    assert.equal(root?.traceId, '0af7651916cd43dd8448eb211c80319c');
    assert.equal(root?.parentSpanId, 'b7ad6b7169203331');
    assert.deepEqual(
      spans.filter(({ parentSpanId }) => parentSpanId === root?.spanId).map(({ name }) => name),
      ['load', 'process'],
    );
  });

  it('are lost with their collector, and nothing else is', async (t) => {
    const server = await start(t, [], { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' });
    assert.equal(await statusOf(`${server.url}/unsafe/4x3/a.png`), 200);
    server.kill('SIGTERM');
    assert.equal((await server.ended).exitCode, 0);
  });
});

/** A span as OTLP writes it (opentelemetry-proto, trace.proto). */
interface Span {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
}

function spansOf(received: readonly Received[]): Span[] {
  const exports = received.map(
    ({ body }) => JSON.parse(body) as { resourceSpans: { scopeSpans: { spans: Span[] }[] }[] },
  );
  return exports.flatMap(({ resourceSpans }) =>
    resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
  );
}

describe('Sentry', () => {
  it('is told of what failed by our fault, and of nothing else', async (t) => {
    const sentry = await startCollector(t, ({ body }) => body.includes('"exception"'));
    const { host } = new URL(sentry.url);
    const broken = await startOrigin(t, ({ socket }) => socket.destroy());
    const server = await start(t, [], { SENTRY_DSN: `http://publickey@${host}/42` });
    assert.equal(await statusOf(`${server.url}/unsafe/4x3/missing.png`), 404);
    const failed = await fetch(`${server.url}/unsafe/4x3/${broken.url}/a.png`);
    assert.equal(failed.status, 502);
    await sentry.arrived;
    const reports = sentry.received.filter(({ body }) => body.includes('"exception"'));
    assert.equal(reports.length, 1);
    assert.match(reports[0]?.path ?? '', /^\/api\/42\/envelope\//);
    assert.match(reports[0]?.body ?? '', /source-failed/);
    assert.ok(reports[0]?.body.includes(failed.headers.get('x-request-id') ?? '?'));
  });
});
