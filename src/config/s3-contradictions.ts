import type { Config } from './config.ts';
import type { Contradiction } from './contradiction.ts';

/** The keys of an account, and whether anything uses them. */
interface Account {
  readonly isUsed: boolean;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** By what stands before `ACCESS_KEY_ID` in the names of the variables. */
const ACCOUNTS: Readonly<Record<string, (config: Config) => Account>> = {
  AWS_: (config) => ({
    isUsed: isLoaderOn(config) || isStorageOn(config) || isResultStorageOn(config),
    accessKeyId: config.awsAccessKeyId,
    secretAccessKey: config.awsSecretAccessKey,
    sessionToken: config.awsSessionToken,
  }),
  AWS_LOADER_: (config) => ({
    isUsed: isLoaderOn(config),
    accessKeyId: config.awsLoaderAccessKeyId,
    secretAccessKey: config.awsLoaderSecretAccessKey,
    sessionToken: config.awsLoaderSessionToken,
  }),
  AWS_STORAGE_: (config) => ({
    isUsed: isStorageOn(config),
    accessKeyId: config.awsStorageAccessKeyId,
    secretAccessKey: config.awsStorageSecretAccessKey,
    sessionToken: config.awsStorageSessionToken,
  }),
  AWS_RESULT_STORAGE_: (config) => ({
    isUsed: isResultStorageOn(config),
    accessKeyId: config.awsResultStorageAccessKeyId,
    secretAccessKey: config.awsResultStorageSecretAccessKey,
    sessionToken: config.awsResultStorageSessionToken,
  }),
};

/** S3 settings that cannot hold together. */
export const S3_REFUSED: readonly Contradiction[] = Object.entries(ACCOUNTS).flatMap(([prefix, accountOf]) => [
  {
    applies: (config: Config) => {
      const { isUsed, accessKeyId, secretAccessKey } = accountOf(config);
      return isUsed && (accessKeyId === '') !== (secretAccessKey === '');
    },
    sentence: `${prefix}ACCESS_KEY_ID and ${prefix}SECRET_ACCESS_KEY go together: set both of them, or neither.`,
  },
  {
    applies: (config: Config) => {
      const { isUsed, accessKeyId, sessionToken } = accountOf(config);
      return isUsed && sessionToken !== '' && accessKeyId === '' && config.awsAccessKeyId === '';
    },
    sentence: `${prefix}SESSION_TOKEN goes with an access key: set ${prefix}ACCESS_KEY_ID and ${prefix}SECRET_ACCESS_KEY, or unset it.`,
  },
]);

/** S3 settings that can hold together, but hardly do what was meant. */
export const S3_DOUBTFUL: readonly Contradiction[] = [
  {
    applies: (config) =>
      config.s3ResultStorageBucket === '*' &&
      config.s3LoaderBucket !== '*' &&
      config.s3StorageBucket !== '*' &&
      config.s3LoaderBucketRouterConfig === '',
    sentence:
      'S3_RESULT_STORAGE_BUCKET is *, so the first segment of every image is taken for a bucket, but nothing loads images ' +
      'from the bucket that they name: set S3_LOADER_BUCKET=*, or name the bucket of the results.',
  },
  {
    applies: (config) => config.s3StorageBucket === '*' && config.imagorStoragePathStyle === 'digest',
    sentence:
      'S3_STORAGE_BUCKET is * and IMAGOR_STORAGE_PATH_STYLE is digest, whose keys name no bucket: no source is kept.',
  },
  {
    applies: (config) =>
      ['GLACIER', 'DEEP_ARCHIVE'].includes(config.s3StorageClass) && (isStorageOn(config) || isResultStorageOn(config)),
    sentence:
      'S3_STORAGE_CLASS is GLACIER or DEEP_ARCHIVE, whose objects AWS does not give back at once: what is stored is made again each time.',
  },
];

function isLoaderOn({ s3LoaderBucket, s3LoaderBucketRouterConfig }: Config): boolean {
  return s3LoaderBucket !== '' || s3LoaderBucketRouterConfig !== '';
}

function isStorageOn({ s3StorageBucket }: Config): boolean {
  return s3StorageBucket !== '';
}

function isResultStorageOn({ s3ResultStorageBucket }: Config): boolean {
  return s3ResultStorageBucket !== '';
}
