import type { Server } from './contestants/server.ts';
import { probe, type Span } from './load.ts';
import { quantile } from './quantile.ts';
import type { Outcome } from './report.ts';
import { BUSY_JOB } from './scenarios.ts';

/** Often enough for a 99th percentile, rarely enough to be no load. */
const PROBE_EVERY_MS = 10;

/** Turns of a throughput measurement, so that the percentile is one of enough answers. */
const TURNS = 3;

const FLOOR_MS = 25;

/**
 * Asks a server for its health while all of its workers have pictures to make, and more are waiting.
 *
 * @param span One turn of a throughput measurement.
 */
export async function measureHealth(server: Server, span: Span): Promise<Outcome> {
  const busy = server.work(BUSY_JOB, { ...span, seconds: span.seconds * TURNS });
  const samples = await probe(server.origin, '/healthcheck', PROBE_EVERY_MS, busy);
  const what = 'health answer while all workers are busy, p99';
  const value = quantile(samples, 0.99);
  return {
    figures: [{ what, value, unit: 'ms', floor: { atMost: FLOOR_MS } }],
    charts: [{ title: what, unit: 'ms', bars: [{ name: server.name, value, samples }] }],
  };
}
