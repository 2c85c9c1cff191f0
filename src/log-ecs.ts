import { type LoggerOptions, stdTimeFunctions } from 'pino';

/** The version of the Elastic Common Schema that the names are taken from. */
const ECS_VERSION = '8.17.0';

/** Where ECS has a name for what we log, in our words; durations are nanoseconds there. */
const FIELDS: Readonly<Record<string, { readonly name: string; convert?(value: unknown): unknown }>> = {
  requestId: { name: 'http.request.id' },
  method: { name: 'http.request.method' },
  url: { name: 'url.original' },
  status: { name: 'http.response.status_code' },
  sentBytes: { name: 'http.response.bytes' },
  tookMs: { name: 'event.duration', convert: (ms) => Math.round(Number(ms) * 1e6) },
  outcome: { name: 'event.reason' },
  remoteAddress: { name: 'client.ip' },
  userAgent: { name: 'user_agent.original' },
  code: { name: 'error.code' },
  detail: { name: 'error.message' },
  cause: { name: 'error.stack_trace' },
};

/** Fields by ECS' names; those it has none for under `imagor`. */
export function ecsFields(fields: Record<string, unknown>): Record<string, unknown> {
  const named = Object.entries(fields).map(([key, value]) => {
    const field = FIELDS[key];
    return field ? [field.name, field.convert ? field.convert(value) : value] : [`imagor.${key}`, value];
  });
  return Object.fromEntries(named) as Record<string, unknown>;
}

/** pino's options for lines by the Elastic Common Schema (elastic/ecs, ecs-logging). */
export const ECS_OPTIONS: LoggerOptions = {
  messageKey: 'message',
  base: { 'ecs.version': ECS_VERSION, 'service.name': 'imagor' },
  timestamp: () => stdTimeFunctions.isoTime().replace('"time"', '"@timestamp"'),
  formatters: { level: (level) => ({ 'log.level': level }), log: ecsFields },
};
