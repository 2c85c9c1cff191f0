import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Step } from '../core/observer.ts';
import { createMetrics, type Metrics } from './prometheus.ts';

const REQUEST = new Request('http://localhost/');

/** The samples of one metric, sorted. */
async function samplesOf(metrics: Metrics, name: string): Promise<string[]> {
  const lines = (await metrics.text()).split('\n');
  return lines.filter((line) => line.startsWith(name)).sort();
}

function tell(metrics: Metrics, step: Step, outcome: 'done' | 'absent' | 'timeout', bytes?: number): void {
  metrics.watcher.begin(REQUEST, 'id').begin(step)(outcome, bytes);
}

describe('createMetrics', () => {
  it("has imagor's metric under its name, with its labels and buckets", async () => {
    const metrics = createMetrics('imagor');
    metrics.onSent({ method: 'GET', status: 200, tookMs: 30, sentBytes: 1234 });
    const samples = await samplesOf(metrics, 'imagor_http_request_duration_seconds');
    const buckets = samples.flatMap((line) => /bucket\{le="([^"]+)",code="200",method="get"\} (\d)/.exec(line) ?? []);
    assert.ok(samples.includes('imagor_http_request_duration_seconds_count{code="200",method="get"} 1'));
    assert.ok(samples.includes('imagor_http_request_duration_seconds_sum{code="200",method="get"} 0.03'));
    assert.deepEqual(
      samples.filter((line) => line.includes('_bucket')).map((line) => /le="([^"]+)"/.exec(line)?.[1] ?? ''),
      ['+Inf', '0.005', '0.01', '0.025', '0.05', '0.1', '0.25', '0.5', '1', '10', '2.5', '5'],
    );
    assert.ok(buckets.length > 0);
    assert.deepEqual(await samplesOf(metrics, 'imagor_http_sent_bytes_total'), ['imagor_http_sent_bytes_total 1234']);
  });

  it('knows only the methods there are, so that clients cannot fill it with words', async () => {
    const metrics = createMetrics('imagor');
    metrics.onSent({ method: 'BREW', status: 405, tookMs: 1, sentBytes: 0 });
    const samples = await samplesOf(metrics, 'imagor_http_request_duration_seconds_count');
    assert.deepEqual(samples, ['imagor_http_request_duration_seconds_count{code="405",method="unknown"} 1']);
  });

  it('counts steps by role, adapter and outcome, and their bytes; keys are no label', async () => {
    const metrics = createMetrics('pictures');
    const load = { name: 'load', role: 'loader', adapter: 's3', key: 'secret.jpg' } as const;
    tell(metrics, load, 'done', 100);
    tell(metrics, load, 'done', 20);
    tell(metrics, load, 'absent');
    tell(metrics, { name: 'process' }, 'timeout');
    assert.deepEqual(await samplesOf(metrics, 'pictures_step_duration_seconds_count'), [
      'pictures_step_duration_seconds_count{step="load",role="loader",adapter="s3",outcome="absent"} 1',
      'pictures_step_duration_seconds_count{step="load",role="loader",adapter="s3",outcome="done"} 2',
      'pictures_step_duration_seconds_count{step="process",role="",adapter="",outcome="timeout"} 1',
    ]);
    assert.deepEqual(await samplesOf(metrics, 'pictures_step_bytes_total'), [
      'pictures_step_bytes_total{step="load",role="loader",adapter="s3"} 120',
    ]);
    assert.doesNotMatch(await metrics.text(), /secret/);
  });

  it('shows how full the server is when it is asked', async () => {
    const metrics = createMetrics('imagor');
    let waiting = 1;
    metrics.lookAt(() => ({
      admission: { working: 2, waiting },
      workers: { ready: 4, busy: 2, waiting: 0 },
      sourceBytes: 1000,
      saves: 3,
    }));
    assert.deepEqual(await samplesOf(metrics, 'imagor_requests_queued'), ['imagor_requests_queued 1']);
    waiting = 7;
    assert.deepEqual(await samplesOf(metrics, 'imagor_requests_queued'), ['imagor_requests_queued 7']);
    assert.deepEqual(await samplesOf(metrics, 'imagor_workers_ready'), ['imagor_workers_ready 4']);
  });

  it('counts the ends of workers by cause, and has what Prometheus expects of a process', async () => {
    const metrics = createMetrics('imagor');
    metrics.onWorkerEnd('crash');
    metrics.onWorkerEnd('crash');
    assert.deepEqual(await samplesOf(metrics, 'imagor_worker_ends_total'), [
      'imagor_worker_ends_total{cause="crash"} 2',
    ]);
    assert.match(await metrics.text(), /^process_resident_memory_bytes \d+/m);
  });
});
