import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Step } from '../core/observer.ts';
import type { Watcher } from './watcher.ts';

/** How full the server is, looked at whenever the metrics are fetched. */
export interface Load {
  /** Requests that load and process, and requests that wait for their turn. */
  readonly admission: { readonly working: number; readonly waiting: number };
  /** Worker processes that are ready; how many have a picture; pictures that wait for one. */
  readonly workers: { readonly ready: number; readonly busy: number; readonly waiting: number };
  /** Bytes of sources in memory. */
  readonly sourceBytes: number;
  /** Objects being saved. */
  readonly saves: number;
}

/** An answer that has been sent, or that the client did not wait for (499). */
export interface Sent {
  /** As in the request line. */
  readonly method: string;
  readonly status: number;
  readonly tookMs: number;
  /** Bytes that went over the connection, headers included. */
  readonly sentBytes: number;
}

/** The server's metrics for Prometheus. */
export interface Metrics {
  readonly watcher: Watcher;
  /** Media type of {@link text}. */
  readonly contentType: string;
  onSent(sent: Sent): void;
  /** @param cause `crash`, or what the worker was stopped for. */
  onWorkerEnd(cause: string): void;
  /** Shows how full the server is from now on; call it once. */
  lookAt(load: () => Load): void;
  /** All metrics in Prometheus' text format. */
  text(): Promise<string>;
}

/** Methods by their own name in the metrics; a client may send any word. */
const METHODS = new Set(['get', 'head', 'post', 'put', 'delete', 'connect', 'options', 'trace', 'patch']);

const GAUGES: Readonly<Record<string, { readonly help: string; look(load: Load): number }>> = {
  requests_working: { help: 'Requests that load or process a picture now', look: ({ admission }) => admission.working },
  requests_queued: { help: 'Requests that wait for their turn', look: ({ admission }) => admission.waiting },
  workers_ready: { help: 'Worker processes there are', look: ({ workers }) => workers.ready },
  workers_busy: { help: 'Worker processes that have a picture to make', look: ({ workers }) => workers.busy },
  workers_queued: { help: 'Pictures that wait for a worker process', look: ({ workers }) => workers.waiting },
  source_memory_bytes: {
    help: 'Bytes of sources and uploads in memory now, or about to be',
    look: ({ sourceBytes }) => sourceBytes,
  },
  saves_pending: { help: 'Objects being saved now', look: ({ saves }) => saves },
};

/**
 * Metrics of their own registry, process and event loop included.
 *
 * @param namespace Word that the names of ours begin with; `imagor`, unless two servers' metrics have to be told apart.
 */
export function createMetrics(namespace: string): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const named = (name: string, help: string): { name: string; help: string; registers: Registry[] } => ({
    name: `${namespace}_${name}`,
    help,
    registers: [registry],
  });
  // imagor's only metric, under its name and with its labels and buckets
  const requests = new Histogram({
    ...named('http_request_duration_seconds', 'Time from the arrival of a request to the end of its answer'),
    labelNames: ['code', 'method'],
  });
  const sentBytes = new Counter(named('http_sent_bytes_total', 'Bytes sent to clients, headers included'));
  const stepLabels = ['step', 'role', 'adapter', 'outcome'];
  const steps = new Histogram({
    ...named('step_duration_seconds', 'Time of the parts of a request: lookup, join, load, process, save'),
    labelNames: stepLabels,
  });
  const stepBytes = new Counter({
    ...named('step_bytes_total', 'Bytes that these parts have read, made or written'),
    labelNames: stepLabels.slice(0, 3),
  });
  const workerEnds = new Counter({
    ...named('worker_ends_total', 'Worker processes that ended, by cause'),
    labelNames: ['cause'],
  });
  return {
    contentType: registry.contentType,
    watcher: {
      begin: () => ({
        begin(step) {
          const start = performance.now();
          const labels = labelsOf(step);
          return (outcome, bytes) => {
            steps.observe({ ...labels, outcome }, (performance.now() - start) / 1000);
            if (bytes !== undefined) stepBytes.inc(labels, bytes);
          };
        },
      }),
    },
    onSent(sent) {
      const method = sent.method.toLowerCase();
      const labels = { code: String(sent.status), method: METHODS.has(method) ? method : 'unknown' };
      requests.observe(labels, sent.tookMs / 1000);
      sentBytes.inc(sent.sentBytes);
    },
    onWorkerEnd: (cause) => workerEnds.inc({ cause }),
    lookAt(load) {
      for (const [name, { help, look }] of Object.entries(GAUGES)) {
        new Gauge({
          ...named(name, help),
          collect() {
            this.set(look(load()));
          },
        });
      }
    },
    text: () => registry.metrics(),
  };
}

function labelsOf(step: Step): { step: string; role: string; adapter: string } {
  const { role, adapter } = 'role' in step ? step : { role: '', adapter: '' };
  return { step: step.name, role, adapter };
}
