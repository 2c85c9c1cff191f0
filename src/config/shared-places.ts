import { posix } from 'node:path';
import { splitBucketSetting } from '../storages/s3/bucket-name.ts';
import type { Config } from './config.ts';
import type { Contradiction } from './contradiction.ts';

/** A directory; empty for a role that is off, or whose bucket only keys name. */
type PlaceOf = (config: Config) => string;

const s3Results: PlaceOf = (config) =>
  inBucket(
    config.s3ResultStorageBucket,
    config.s3ResultStorageBaseDir,
    config.s3ResultStorageEndpoint || config.s3Endpoint,
  );
const gcloudResults: PlaceOf = (config) =>
  inBucket(config.gcloudResultStorageBucket, config.gcloudResultStorageBaseDir);
const fileResults: PlaceOf = (config) => config.fileResultStorageBaseDir;

/** Where sources lie, by the option that says so, and where results of the same kind of store do. */
const SOURCES: Readonly<Record<string, readonly [sources: PlaceOf, results: PlaceOf]>> = {
  S3_LOADER_BUCKET: [
    (config) => inBucket(config.s3LoaderBucket, config.s3LoaderBaseDir, config.s3LoaderEndpoint || config.s3Endpoint),
    s3Results,
  ],
  S3_STORAGE_BUCKET: [
    (config) =>
      inBucket(config.s3StorageBucket, config.s3StorageBaseDir, config.s3StorageEndpoint || config.s3Endpoint),
    s3Results,
  ],
  GCLOUD_LOADER_BUCKET: [(config) => inBucket(config.gcloudLoaderBucket, config.gcloudLoaderBaseDir), gcloudResults],
  GCLOUD_STORAGE_BUCKET: [(config) => inBucket(config.gcloudStorageBucket, config.gcloudStorageBaseDir), gcloudResults],
  FILE_LOADER_BASE_DIR: [(config) => config.fileLoaderBaseDir, fileResults],
  FILE_STORAGE_BASE_DIR: [(config) => config.fileStorageBaseDir, fileResults],
};

/** Results that lie among sources: none is written over, but each result can be asked for as if it were a source. */
export const SHARED_PLACES: readonly Contradiction[] = Object.entries(SOURCES).map(([option, [sources, results]]) => ({
  applies: (config) => results(config) !== '' && clean(results(config)) === clean(sources(config)),
  sentence:
    `Results are kept in the very directory of ${option}, among the sources: ` +
    `set ${option.replace(/_.*/, '')}_RESULT_STORAGE_BASE_DIR to one of their own.`,
}));

function inBucket(bucket: string, baseDir: string, endpoint = ''): string {
  if (bucket === '' || bucket === '*') return '';
  const { bucket: name, dir } = splitBucketSetting(bucket);
  return [endpoint, name, baseDir || dir].join('/');
}

function clean(place: string): string {
  return posix.join('/', place, '/');
}
