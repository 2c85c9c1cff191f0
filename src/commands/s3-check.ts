import { randomUUID } from 'node:crypto';
import { composeS3 } from '../config/compose-s3.ts';
import type { Config } from '../config/config.ts';
import { readBlob } from '../core/blob.ts';
import type { IoContext, Loader, Storage } from '../core/ports.ts';
import { AppError } from '../errors.ts';
import type { CommandInput } from './command.ts';

/** One thing that was tried. */
interface S3CheckRow {
  readonly role: string;
  readonly bucket: string;
  readonly step: string;
  /** Undefined when it works. */
  readonly failure: string | undefined;
  /** What to change when it does not. */
  readonly advice: string | undefined;
}

/** A role that is on. */
interface Role {
  readonly name: string;
  readonly bucket: string;
  readonly pathPrefix: string;
  readonly loader: Loader;
  /** Where it is written to as well. */
  readonly store?: Storage;
}

const STEP_TIMEOUT_MS = 15_000;

/** What S3's error codes, and the network's, ask the operator to do; the first that fits. */
const ADVICE: readonly (readonly [sign: RegExp, advice: string])[] = [
  [/NoSuchBucket/, 'Create the bucket, or correct its name and region.'],
  [
    /InvalidAccessKeyId/,
    'The server does not know this access key: check AWS_ACCESS_KEY_ID (or the role’s own) and the endpoint.',
  ],
  [
    /SignatureDoesNotMatch/,
    'The secret key does not belong to the access key: check AWS_SECRET_ACCESS_KEY (or the role’s own).',
  ],
  [/ExpiredToken|InvalidToken/, 'The session token is not, or no longer, valid: renew it, or unset AWS_SESSION_TOKEN.'],
  [/AccessControlListNotSupported/, 'The bucket has ACLs switched off: unset the role’s ACL.'],
  [/InvalidStorageClass/, 'The server has no such storage class: set S3_STORAGE_CLASS=STANDARD.'],
  [/InvalidTag|InvalidArgument/, 'The server refuses the tags, the ACL or the storage class: unset them one by one.'],
  [/NotImplemented/, 'The server lacks this feature: unset the role’s tags, ACL and storage class.'],
  [/no credentials/, 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or attach a role to the machine.'],
  [
    /PermanentRedirect|AuthorizationHeaderMalformed/,
    'The bucket is in another region: set AWS_REGION (or the role’s own).',
  ],
  [
    /ENOTFOUND|EAI_AGAIN/,
    'The host is unknown: check the endpoint; for a server of your own set S3_FORCE_PATH_STYLE=1.',
  ],
  [
    /ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|timeout|Timeout/,
    'Nothing answers: check the endpoint, its port and the firewall.',
  ],
];

/** What a refusal at a step asks for: the permission that it needs. */
const PERMISSIONS: Readonly<Record<string, string>> = {
  read: 'Allow s3:ListBucket on the bucket and s3:GetObject on its objects; without ListBucket, set S3_FORBIDDEN_AS_NOT_FOUND=1.',
  write: 'Allow s3:PutObject on the objects; s3:PutObjectTagging where tags are set, s3:PutObjectAcl where an ACL is.',
  'read back': 'Allow s3:GetObject on the objects.',
  revalidate: 'Allow s3:GetObject on the objects.',
  delete: 'Allow s3:DeleteObject on the objects. The probe was left: delete it by hand.',
};

/** `imagor s3 check`: whether every S3 role can do what the server will ask of it. */
export async function s3Check({ config, stdout }: CommandInput): Promise<number> {
  const rows = await checkS3(config);
  stdout.write(s3CheckText(rows));
  return rows.length === 0 || rows.some(({ failure }) => failure !== undefined) ? 1 : 0;
}

/**
 * Tries every S3 role with the server's own configuration, by an object of its own that it removes again.
 *
 * @returns a row for each thing tried, in order; what depends on a failed step is not tried.
 * @throws AppError for a configuration that the server would not start with.
 */
async function checkS3(config: Config): Promise<S3CheckRow[]> {
  const { loaders, storages, resultStorages } = await composeS3(config);
  const roles: Role[] = [
    ...loaders.map((loader) => ({
      name: 'Loader',
      bucket: config.s3LoaderBucket || 'by router',
      pathPrefix: config.s3LoaderPathPrefix,
      loader,
    })),
    ...storages.map((store) => ({
      name: 'Storage',
      bucket: config.s3StorageBucket,
      pathPrefix: config.s3StoragePathPrefix,
      loader: store,
      store,
    })),
    ...resultStorages.map((store) => ({
      name: 'Result Storage',
      bucket: config.s3ResultStorageBucket,
      pathPrefix: config.s3ResultStoragePathPrefix,
      loader: store,
      store,
    })),
  ];
  try {
    const rows: S3CheckRow[] = [];
    for (const role of roles) rows.push(...(await checkRole(role)));
    return rows;
  } finally {
    await Promise.all(roles.map(({ loader }) => loader.close?.()));
  }
}

/** A table of the rows, and what to change. */
function s3CheckText(rows: readonly S3CheckRow[]): string {
  if (rows.length === 0)
    return 'No S3 role is on: set S3_LOADER_BUCKET, S3_STORAGE_BUCKET or S3_RESULT_STORAGE_BUCKET.\n';
  const lines = [
    ['role', 'bucket', 'step', 'result'],
    ...rows.map(({ role, bucket, step, failure }) => [role, bucket, step, failure ?? 'works']),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const table = lines.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const advice = [...new Set(rows.flatMap(({ advice: one }) => one ?? []))];
  return [
    ...table,
    '',
    ...(advice.length === 0 ? ['All of it works.'] : ['To change:', ...advice.map((one) => `- ${one}`)]),
    '',
  ].join('\n');
}

async function checkRole(role: Role): Promise<S3CheckRow[]> {
  if (role.bucket === '*' || role.bucket === 'by router') {
    const step = 'not tried: every request names its bucket';
    return [{ role: role.name, bucket: role.bucket, step, failure: undefined, advice: undefined }];
  }
  const probe = [role.pathPrefix.replace(/^\/+|\/+$/g, ''), `imagor-check-${randomUUID()}`].filter(Boolean).join('/');
  const { store } = role;
  const steps = store ? storageSteps(store, probe) : [readStep(role.loader, probe)];
  const rows: S3CheckRow[] = [];
  for (const [step, run] of steps) {
    const row = await tryStep(role, step, run);
    rows.push(row);
    if (row.failure === undefined) continue;
    if (store && step !== 'read') await removeQuietly(store, probe);
    break;
  }
  return rows;
}

type Step = readonly [name: string, run: (context: IoContext) => Promise<void>];

function readStep(loader: Loader, probe: string): Step {
  return ['read', (context) => expectMissing(loader, probe, context)];
}

function storageSteps(storage: Storage, probe: string): Step[] {
  const body = Buffer.from(`imagor s3 check ${probe}`);
  let etag = '';
  return [
    readStep(storage, probe),
    ['write', (context) => storage.put(probe, { body, contentType: 'text/plain' }, context)],
    [
      'read back',
      async (context) => {
        const blob = await storage.get(probe, context);
        const bytes = blob && (await readBlob(blob));
        if (!bytes || Buffer.compare(bytes, body) !== 0) throw new Error('other bytes came back than were written');
        etag = blob.stat?.etag ?? '';
      },
    ],
    [
      'revalidate',
      async (context) => {
        if ((await storage.getIfChanged(probe, { etag }, context))?.body)
          throw new Error('If-None-Match is not heeded');
      },
    ],
    ['delete', (context) => storage.delete(probe, context)],
  ];
}

async function expectMissing(loader: Loader, probe: string, context: IoContext): Promise<void> {
  try {
    await loader.get(probe, context);
  } catch (error) {
    // of a bucket that is not there, S3 says 404 as well
    if (!(error instanceof AppError) || error.code !== 'not-found' || /NoSuchBucket/.test(error.detail ?? ''))
      throw error;
    return;
  }
  throw new Error('an object is there that nobody has written');
}

async function tryStep({ name, bucket }: Role, step: string, run: Step[1]): Promise<S3CheckRow> {
  const common = { role: name, bucket, step };
  try {
    await run({ signal: AbortSignal.timeout(STEP_TIMEOUT_MS), headers: new Headers() });
    return { ...common, failure: undefined, advice: undefined };
  } catch (error) {
    const text = error instanceof AppError ? (error.detail ?? error.publicMessage) : String(error);
    const advice = ADVICE.find(([sign]) => sign.test(text))?.[1] ?? PERMISSIONS[step];
    return { ...common, failure: text.replace(/^s3:\/\/\S+: /, ''), advice };
  }
}

/** The probe goes even when a step after writing it failed; what failed has been told. */
async function removeQuietly(storage: Storage, probe: string): Promise<void> {
  await storage.delete(probe, { signal: AbortSignal.timeout(STEP_TIMEOUT_MS), headers: new Headers() }).catch(() => {});
}
