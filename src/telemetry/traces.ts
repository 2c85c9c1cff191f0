import { setTimeout as delay } from 'node:timers/promises';
import {
  type Attributes,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TextMapGetter,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Outcome, Step } from '../core/observer.ts';
import type { Watcher } from './watcher.ts';

/** OpenTelemetry's names of samplers (its SDK configuration, OTEL_TRACES_SAMPLER). */
export type SamplerName =
  | 'always_on'
  | 'always_off'
  | 'traceidratio'
  | 'parentbased_always_on'
  | 'parentbased_always_off'
  | 'parentbased_traceidratio';

/** Where traces go, and which. */
export interface TracesOptions {
  /** Base URL of an OTLP/HTTP collector, such as `http://localhost:4318`; `/v1/traces` is appended. */
  readonly endpoint: string;
  /** Sent with every export, such as a token. */
  readonly headers: Readonly<Record<string, string>>;
  readonly serviceName: string;
  readonly serviceVersion: string;
  readonly sampler: SamplerName;
  /** 0 to 1, for the samplers that take a share. */
  readonly ratio: number;
}

/** Traces on their way to a collector. */
export interface Traces {
  readonly watcher: Watcher;
  /** Sends what is left. Never rejects: a collector that is away costs no more than its traces. */
  close(): Promise<void>;
}

/** Milliseconds that the end of the program waits for what is left to be sent. */
const FLUSH_MS = 2_000;

/** Outcomes that are no failure of the server's. */
const FINE: ReadonlySet<Outcome> = new Set(['done', 'absent', 'unchanged', 'client-gone']);

/** Sends a trace of every request by OTLP: a span for the request, which joins the caller's trace, and one for each step. */
export function createTraces(options: TracesOptions): Traces {
  const url = `${options.endpoint.replace(/\/+$/, '')}/v1/traces`;
  const exporter = new OTLPTraceExporter({ url, headers: { ...options.headers } });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.name': options.serviceName,
      'service.version': options.serviceVersion,
    }),
    sampler: samplerOf(options),
    spanProcessors: [new BatchSpanProcessor({ exporter })],
  });
  const tracer = provider.getTracer('imagor-ts', options.serviceVersion);
  return {
    watcher: { begin: (request, requestId) => watch(tracer, request, requestId) },
    // the exporter goes on trying; a server that ends does not wait for a collector that is away
    close: () => Promise.race([provider.shutdown().catch(() => {}), delay(FLUSH_MS, undefined, { ref: false })]),
  };
}

function watch(tracer: Tracer, request: Request, requestId: string): ReturnType<Watcher['begin']> {
  const caller = new W3CTraceContextPropagator().extract(ROOT_CONTEXT, request.headers, HEADER_GETTER);
  const attributes = {
    'http.request.method': request.method,
    'url.path': new URL(request.url).pathname,
    'imagor.request_id': requestId,
  };
  const root = tracer.startSpan(request.method, { kind: SpanKind.SERVER, attributes }, caller);
  const inside = trace.setSpan(caller, root);
  return {
    begin(step) {
      const span = tracer.startSpan(step.name, { attributes: attributesOf(step) }, inside);
      return (outcome, bytes) => endStep(span, outcome, bytes);
    },
    end(status) {
      root.setAttribute('http.response.status_code', status);
      if (status >= 500) root.setStatus({ code: SpanStatusCode.ERROR });
      root.end();
    },
  };
}

function endStep(span: Span, outcome: Outcome, bytes: number | undefined): void {
  span.setAttribute('imagor.outcome', outcome);
  if (bytes !== undefined) span.setAttribute('imagor.bytes', bytes);
  if (!FINE.has(outcome)) span.setStatus({ code: SpanStatusCode.ERROR, message: outcome });
  span.end();
}

function attributesOf(step: Step): Attributes {
  if (!('role' in step)) return {};
  return { 'imagor.role': step.role, 'imagor.adapter': step.adapter, 'imagor.key': step.key };
}

function samplerOf({ sampler, ratio }: TracesOptions): Sampler {
  const isByParent = sampler.startsWith('parentbased_');
  const root = rootSampler(sampler.replace('parentbased_', ''), ratio);
  return isByParent ? new ParentBasedSampler({ root }) : root;
}

function rootSampler(name: string, ratio: number): Sampler {
  if (name === 'always_off') return new AlwaysOffSampler();
  return name === 'traceidratio' ? new TraceIdRatioBasedSampler(ratio) : new AlwaysOnSampler();
}

const HEADER_GETTER: TextMapGetter<Headers> = {
  keys: (headers) => [...headers.keys()],
  get: (headers, name) => headers.get(name) ?? undefined,
};
