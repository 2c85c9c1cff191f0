import type { RequestObserver } from '../core/observer.ts';
import type { AppError } from '../errors.ts';
import type { WorkerExit } from '../imaging/worker-process.ts';
import { errorFields, type Log } from '../log.ts';
import { createDebugWatcher } from '../telemetry/debug-watcher.ts';
import type { Metrics } from '../telemetry/prometheus.ts';
import { observeRequests } from '../telemetry/request-observer.ts';
import type { ErrorReporter } from '../telemetry/sentry.ts';
import type { Traces } from '../telemetry/traces.ts';
import type { Watcher } from '../telemetry/watcher.ts';
import { VERSION } from '../version.ts';
import type { Config } from './config.ts';

/** Where the parts of the server report to. */
export interface Telemetry {
  /** Undefined where nobody fetches metrics. */
  readonly metrics: Metrics | undefined;
  observe(request: Request): RequestObserver;
  onRequestError(error: AppError, request: Request, requestId: string): void;
  onWorkerExit(exit: WorkerExit): void;
  /** Sends what is left to Sentry and the collector. Never rejects. */
  close(): Promise<void>;
}

/** Connects what the configuration switches on; what it does not is never imported. */
export async function composeTelemetry(config: Config, log: Log): Promise<Telemetry> {
  const metrics = await composeMetrics(config);
  const traces = await composeTraces(config);
  const sentry = await composeSentry(config);
  const watchers: Watcher[] = [
    ...(metrics ? [metrics.watcher] : []),
    ...(traces ? [traces.watcher] : []),
    ...(config.debug ? [createDebugWatcher(log)] : []),
  ];
  return {
    metrics,
    observe: observeRequests(watchers),
    onRequestError(error, { url }, requestId) {
      const fields = { requestId, ...errorFields(error), url };
      // a timeout is nobody's mistake but ours or a neighbour's
      if (error.status === 408) return log.warn(fields, 'request timed out');
      if (error.status < 500) return log.debug(fields, 'request refused');
      log.error(fields, 'request failed');
      sentry?.report(error, fields);
    },
    onWorkerExit(exit) {
      const cause = exit.killed ?? 'crash';
      metrics?.onWorkerEnd(cause);
      if (cause === 'shutdown' || cause === 'recycled') log.debug(exit, 'worker ended');
      else log.warn(exit, 'worker lost');
    },
    async close() {
      await Promise.all([traces?.close(), sentry?.close()]);
    },
  };
}

async function composeMetrics({ prometheusBind, prometheusNamespace }: Config): Promise<Metrics | undefined> {
  if (prometheusBind === '') return undefined;
  const { createMetrics } = await import('../telemetry/prometheus.ts');
  return createMetrics(prometheusNamespace);
}

async function composeTraces(config: Config): Promise<Traces | undefined> {
  if (config.otelExporterOtlpEndpoint === '') return undefined;
  const { createTraces } = await import('../telemetry/traces.ts');
  return createTraces({
    endpoint: config.otelExporterOtlpEndpoint,
    headers: Object.fromEntries(config.otelExporterOtlpHeaders.map(splitPair)),
    serviceName: config.otelServiceName,
    serviceVersion: VERSION,
    sampler: config.otelTracesSampler,
    ratio: config.otelTracesSamplerArg,
  });
}

async function composeSentry({ sentryDsn }: Config): Promise<ErrorReporter | undefined> {
  if (sentryDsn === '') return undefined;
  const { createSentry } = await import('../telemetry/sentry.ts');
  return createSentry(sentryDsn, `imagor-ts@${VERSION}`);
}

/** `name=value`, of which the value is percent-encoded (OpenTelemetry: OTEL_EXPORTER_OTLP_HEADERS). */
function splitPair(pair: string): [name: string, value: string] {
  const end = pair.indexOf('=');
  return [pair.slice(0, end).trim(), decodeURIComponent(pair.slice(end + 1).trim())];
}
