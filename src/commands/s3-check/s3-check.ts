import { randomUUID } from 'node:crypto';
import type { Config } from '../../config/config.ts';
import { type Environment, proxyEnvironment } from '../../config/proxy-environment.ts';
import { planS3, type S3BucketPlan, type S3RouterPlan } from '../../config/s3-plan.ts';
import { AppError } from '../../errors.ts';
import type { Proxies } from '../../storages/proxy-dispatcher.ts';
import { createS3Client } from '../../storages/s3/client.ts';
import { createS3Dispatcher } from '../../storages/s3/s3-dispatcher.ts';
import { createS3Storage } from '../../storages/s3/storage.ts';
import type { CommandInput } from '../command.ts';
import { checkSteps, type Step, Uncertain } from './check-steps.ts';
import { s3Advice } from './s3-advice.ts';

/** One thing that was tried, or could not be. */
export interface S3CheckRow {
  readonly role: string;
  readonly bucket: string;
  readonly step: string;
  /** Undefined when it works, or says nothing. */
  readonly failure: string | undefined;
  /** What to know beside; undefined when it just works. */
  readonly note: string | undefined;
  /** What to change when it does not. */
  readonly advice: string | undefined;
}

/** A bucket of a role that is on. */
interface Target {
  readonly role: string;
  /** As people know it. */
  readonly label: string;
  readonly plan: S3BucketPlan;
  readonly isWritten: boolean;
}

const STEP_TIMEOUT_MS = 15_000;
const EVERY_REQUEST = 'not tried: every request names its bucket';

/** `imagor s3 check`: whether every S3 role can do what the server will ask of it. */
export async function s3Check({ config, env, stdout }: CommandInput): Promise<number> {
  const rows = await checkS3(config, env);
  stdout.write(s3CheckText(rows));
  return rows.length === 0 || rows.some(({ failure }) => failure !== undefined) ? 1 : 0;
}

/**
 * Tries every bucket of every S3 role with the server's own configuration and that bucket's own account, by an object of
 * its own that it removes again.
 *
 * @param env The program's environment, which may name proxies.
 * @returns a row for each thing tried, in order; what depends on a failed step is not tried.
 * @throws AppError for a configuration that the server would not start with.
 */
export async function checkS3(config: Config, env: Environment): Promise<S3CheckRow[]> {
  const { loader, storage, resultStorage } = await planS3(config);
  const targets: Target[] = [
    ...(loader ? ('config' in loader ? routerTargets(loader) : [targetOf('Loader', loader, false)]) : []),
    ...(storage ? [targetOf('Storage', storage, true)] : []),
    ...(resultStorage ? [targetOf('Result Storage', resultStorage, true)] : []),
  ];
  const rows: S3CheckRow[] = [];
  const proxies = proxyEnvironment(env, config);
  for (const target of targets) rows.push(...(await checkTarget(target, proxies)));
  return rows;
}

/** A table of the rows, and what to change. */
export function s3CheckText(rows: readonly S3CheckRow[]): string {
  if (rows.length === 0)
    return 'No S3 role is on: set S3_LOADER_BUCKET, S3_STORAGE_BUCKET or S3_RESULT_STORAGE_BUCKET.\n';
  const lines = [
    ['role', 'bucket', 'step', 'result'],
    ...rows.map(({ role, bucket, step, failure, note }) => [role, bucket, step, failure ?? note ?? 'works']),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const table = lines.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [...table, '', ...conclusion(rows), ''].join('\n');
}

function conclusion(rows: readonly S3CheckRow[]): string[] {
  const advice = [...new Set(rows.flatMap(({ advice: one }) => one ?? []))];
  if (rows.some(({ failure }) => failure !== undefined)) return ['To change:', ...advice.map((one) => `- ${one}`)];
  if (rows.every(({ note }) => note === undefined)) return ['All of it works.'];
  return ['Nothing that was tried failed.'];
}

function targetOf(role: string, plan: S3BucketPlan, isWritten: boolean): Target {
  return { role, label: plan.storage.bucket, plan, isWritten };
}

/** Every bucket that the file declares, once; and all others where there are neither rules nor a default. */
function routerTargets({ config, bucket, anyBucket }: S3RouterPlan): Target[] {
  const declared = [
    ...(config.defaultBucket ? [['default', config.defaultBucket] as const] : []),
    ...[...config.rules].map(([match, settings]) => [`rule ${match}`, settings] as const),
    ...config.fallbackBuckets.map((settings) => ['fallback', settings] as const),
  ];
  const targets = new Map<string, Target>();
  for (const [what, settings] of declared) {
    const id = JSON.stringify(settings);
    const label = `${settings.name} (${what})`;
    if (!targets.has(id)) targets.set(id, { role: 'Loader', label, plan: bucket(settings), isWritten: false });
  }
  const isPassthrough = config.rules.size === 0 && !config.defaultBucket;
  return [...(isPassthrough ? [targetOf('Loader', anyBucket, false)] : []), ...targets.values()];
}

async function checkTarget(target: Target, proxies: Proxies): Promise<S3CheckRow[]> {
  const { role, label, plan, isWritten } = target;
  if (plan.storage.bucket === '*') {
    return [{ role, bucket: label, step: '–', failure: undefined, note: EVERY_REQUEST, advice: undefined }];
  }
  const client = await createS3Client(plan.account, createS3Dispatcher(plan.account.maxIdleConnections, proxies));
  try {
    // what counts as missing to the server is what is to be found out here
    const options = { ...plan.storage, expirationMs: 0, forbiddenAsNotFound: false };
    const storage = createS3Storage({ ...options, client });
    const prefix = (plan.storage.pathPrefix ?? '').replace(/^\/+|\/+$/g, '');
    const probe = [prefix, `imagor-check-${randomUUID()}`].filter(Boolean).join('/');
    const { forbiddenAsNotFound = false } = plan.storage;
    const steps = checkSteps({ client, storage, bucket: plan.storage.bucket, probe, forbiddenAsNotFound, isWritten });
    const rows: S3CheckRow[] = [];
    for (const step of steps) {
      const isFirst = rows.length === 0;
      const row = await tryStep(target, step);
      rows.push(row);
      // answers to HEAD have no words: the next step says why
      if (row.failure === undefined || isFirst) continue;
      // the probe goes even when a step after writing it failed; what failed has been told
      if (step.mayLeaveProbe) await storage.delete(probe, stepContext()).catch(() => {});
      break;
    }
    const isTold = rows[0]?.failure === undefined || rows[1]?.failure === undefined;
    return isTold ? rows : rows.map((row, at) => (at === 0 ? { ...row, advice: undefined } : row));
  } finally {
    await client.close();
  }
}

async function tryStep({ role, label }: Target, { name, run }: Step): Promise<S3CheckRow> {
  const common = { role, bucket: label, step: name };
  try {
    const note = (await run(stepContext())) ?? undefined;
    return { ...common, failure: undefined, note, advice: undefined };
  } catch (error) {
    if (error instanceof Uncertain) return { ...common, failure: error.message, note: undefined, advice: error.advice };
    const text = error instanceof AppError ? (error.detail ?? error.publicMessage) : String(error);
    const failure = text.replace(/^s3:\/\/\S+: /, '');
    return { ...common, failure, note: undefined, advice: s3Advice(name, failure) };
  }
}

function stepContext(): { readonly signal: AbortSignal; readonly headers: Headers } {
  return { signal: AbortSignal.timeout(STEP_TIMEOUT_MS), headers: new Headers() };
}
