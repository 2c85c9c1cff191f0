import { parseAddress } from './config/address.ts';
import { compose, type Service } from './config/compose.ts';
import type { Config } from './config/config.ts';
import { ConfigError } from './config/config-error.ts';
import { listenAddress } from './config/listen-address.ts';
import type { Access } from './http/access.ts';
import { type MetricsServer, serveMetrics } from './http/metrics-server.ts';
import { listen, type RunningServer } from './http/node.ts';
import { belowPathPrefix } from './http/path-prefix.ts';
import type { Log } from './log.ts';
import { stop, stopSignal } from './stop.ts';

/**
 * Health checks and browsers' icons would fill the access log; imagor leaves them out, too. What asks for them outside of
 * the server's own prefix gets a 404, and is worth a line.
 */
const UNLOGGED: ReadonlySet<string> = new Set(['healthcheck', 'readyz', 'favicon.ico']);

/**
 * Serves until a signal comes, then lets requests finish.
 *
 * @param env The program's environment.
 * @throws AppError for options that an adapter refuses; Error when the decoders cannot start; ConfigError when an address
 * cannot be listened on.
 */
export async function serve(config: Config, env: Readonly<NodeJS.ProcessEnv>, log: Log): Promise<void> {
  const toldToStop = stopSignal(); // also while it starts
  const service = await compose(config, env, log);
  const { serverDrainDelayMs: drainDelayMs, serverShutdownTimeoutMs: shutdownTimeoutMs } = config;
  let server: RunningServer;
  let metrics: MetricsServer | undefined;
  try {
    metrics = await listeningBy('PROMETHEUS_BIND', startMetrics(config, service, log));
    const listening = listen(service.handler, {
      ...listenAddress(config),
      shutdownTimeoutMs,
      ...(service.metrics || config.serverAccessLog
        ? { onAccess: (access: Access) => onAccess(access, config, service, log) }
        : {}),
    });
    server = await listeningBy(config.bind === '' ? 'PORT or SERVER_ADDRESS' : 'BIND', listening);
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

/** Tells the operator which option has no address that can be listened on. */
async function listeningBy<Running>(option: string, starting: Promise<Running>): Promise<Running> {
  try {
    return await starting;
  } catch (error) {
    const isOfSystem = error instanceof Error && 'syscall' in error;
    if (!isOfSystem) throw error;
    throw new ConfigError([
      `cannot listen: ${error.message}; set ${option} to an address of this machine that is free`,
    ]);
  }
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
  if (!config.serverAccessLog || isUnlogged(access.url, config.serverPathPrefix)) return;
  log.info({ ...access, tookMs: Math.round(access.tookMs) }, 'access');
}

function isUnlogged(url: string, pathPrefix: string): boolean {
  const [path = ''] = url.slice(1).split('?', 1);
  const inside = belowPathPrefix(path, pathPrefix);
  return inside !== undefined && UNLOGGED.has(inside);
}
