#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { parseAddress } from './config/address.ts';
import { compose, type Service } from './config/compose.ts';
import type { Config } from './config/config.ts';
import { ConfigError } from './config/config-error.ts';
import { helpText } from './config/help.ts';
import { listenAddress } from './config/listen-address.ts';
import { parseConfig } from './config/parse.ts';
import { AppError } from './errors.ts';
import type { Access } from './http/access.ts';
import { type MetricsServer, serveMetrics } from './http/metrics-server.ts';
import { listen, type RunningServer } from './http/node.ts';
import { createLog, type Log } from './log.ts';
import { stop, stopSignal } from './stop.ts';
import { VERSION } from './version.ts';

await main();

async function main(): Promise<void> {
  try {
    const { command, flags } = readCommand(process.argv.slice(2));
    const parsed = parseConfig(flags, process.env, (path) => readFileSync(path, 'utf8'));
    if (parsed.command !== 'serve') return print(parsed.command === 'help' ? helpText() : `${VERSION}\n`);
    if (command === 'formats') return await printFormats(parsed.config);
    if (command === 's3 check') return await printS3Check(parsed.config);
    const log = createLog({ isDebug: parsed.config.debug, isEcs: parsed.config.logEcs });
    for (const warning of parsed.warnings) log.warn({}, warning);
    await serve(parsed.config, log);
  } catch (error) {
    process.stderr.write(`${startFailure(error)}\n`);
    process.exitCode = 1;
  }
}

/** What to do; serving is the default. Options stand behind the command. */
function readCommand(argv: readonly string[]): { command: 'serve' | 'formats' | 's3 check'; flags: readonly string[] } {
  if (argv[0] === 'formats') return { command: 'formats', flags: argv.slice(1) };
  if (argv[0] === 's3' && argv[1] === 'check') return { command: 's3 check', flags: argv.slice(2) };
  return { command: 'serve', flags: argv };
}

/** `imagor s3 check`: whether every S3 role can do what the server will ask of it. */
async function printS3Check(config: Config): Promise<void> {
  const { checkS3, s3CheckText } = await import('./s3-check.ts');
  const rows = await checkS3(config);
  print(s3CheckText(rows));
  if (rows.length === 0 || rows.some(({ failure }) => failure !== undefined)) process.exitCode = 1;
}

/** `imagor formats`: what this installation reads and writes. The server itself never opens libvips, its workers do. */
async function printFormats(config: Config): Promise<void> {
  process.env['VIPS_WARNING'] = '0'; // asking for a format that is not there would show
  const { formatsText } = await import('./formats-command.ts');
  print(formatsText(config.libvipsPath || undefined));
}

/** Serves until a signal comes, then lets requests finish. */
async function serve(config: Config, log: Log): Promise<void> {
  const toldToStop = stopSignal(); // also while it starts
  const service = await compose(config, process.env, log);
  const { serverDrainDelayMs: drainDelayMs, serverShutdownTimeoutMs: shutdownTimeoutMs } = config;
  let server: RunningServer;
  let metrics: MetricsServer | undefined;
  try {
    metrics = await startMetrics(config, service, log);
    server = await listen(service.handler, {
      ...listenAddress(config),
      shutdownTimeoutMs,
      onAccess: (access) => onAccess(access, config, service, log),
    });
  } catch (error) {
    metrics?.close();
    await service.close();
    throw error;
  }
  const { libvipsVersion: libvips, pids } = service.processor;
  log.info({ port: server.port, libvips, workers: pids.length }, 'listening');
  await stop(service, server, await toldToStop, { drainDelayMs, shutdownTimeoutMs }, log);
  metrics?.close();
}

async function startMetrics(config: Config, { metrics }: Service, log: Log): Promise<MetricsServer | undefined> {
  const address = parseAddress(config.prometheusBind);
  if (!metrics || !address) return undefined;
  const server = await serveMetrics(metrics, { ...address, path: config.prometheusPath });
  log.info({ port: server.port, path: config.prometheusPath }, 'serving metrics');
  return server;
}

function onAccess(access: Access, config: Config, { metrics }: Service, log: Log): void {
  metrics?.onSent(access);
  if (!config.serverAccessLog || isProbe(access.url, config.serverPathPrefix)) return;
  log.info({ ...access, tookMs: Math.round(access.tookMs) }, 'access');
}

/** Health checks and browsers' icons would fill the access log; imagor leaves them out, too. */
function isProbe(url: string, pathPrefix: string): boolean {
  const prefix = pathPrefix.replace(/\/+$/, '');
  const path = url.startsWith(prefix) ? url.slice(prefix.length) : url;
  return path === '/healthcheck' || path === '/readyz' || path === '/favicon.ico';
}

function print(text: string): void {
  process.stdout.write(text);
}

/** What the operator reads when the server does not start: what to change, without a stack. */
function startFailure(error: unknown): string {
  if (error instanceof ConfigError) return error.problems.map((problem) => `imagor: ${problem}`).join('\n');
  if (error instanceof AppError) return `imagor: ${error.message}`;
  if (error instanceof Error && 'syscall' in error && error.syscall === 'listen') {
    return `imagor: cannot listen: ${error.message}; set PORT or BIND to an address that is free`;
  }
  return `imagor: ${error instanceof Error ? error.message : String(error)}`;
}
