import { pino } from 'pino';
import type { AppError } from './errors.ts';
import { openLogDestination } from './log-destination.ts';
import { ECS_OPTIONS } from './log-ecs.ts';

/** Where the parts of the program tell the operator what happens: fields for machines, a word or two for people. */
export interface Log {
  debug(fields: object, event: string): void;
  info(fields: object, event: string): void;
  warn(fields: object, event: string): void;
  error(fields: object, event: string): void;
}

/** By its number: `process.stdout` would open the same pipe a second time. */
const STDOUT = 1;

/**
 * A log of one JSON object a line on stdout.
 *
 * @param isDebug Everything that happens is logged.
 * @param isEcs Fields are named by the Elastic Common Schema.
 */
export function createLog({ isDebug, isEcs }: { readonly isDebug: boolean; readonly isEcs: boolean }): Log {
  const level = isDebug ? 'debug' : 'info';
  const options = isEcs ? ECS_OPTIONS : { base: null, timestamp: pino.stdTimeFunctions.isoTime };
  return pino({ level, ...options }, openLogDestination(STDOUT));
}

/** A log that keeps nothing. */
export const SILENT_LOG: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** What the log says of a failed request: all that clients are not told. */
export function errorFields(error: AppError): Record<string, unknown> {
  const { code, status, detail, cause } = error;
  const under = cause instanceof Error ? (cause.stack ?? cause.message) : cause;
  return { code, status, ...(detail ? { detail } : {}), ...(under === undefined ? {} : { cause: String(under) }) };
}
