import { parseAddress } from './address.ts';
import type { Config } from './config.ts';
import type { Contradiction, Origins } from './contradiction.ts';
import { listenAddress } from './listen-address.ts';
import { S3_DOUBTFUL, S3_REFUSED } from './s3-contradictions.ts';
import { SHARED_PLACES } from './shared-places.ts';

export type { Origins } from './contradiction.ts';

/** Settings that cannot hold together. */
const REFUSED: readonly Contradiction[] = [
  {
    applies: (config) => config.imagorSecret !== '' && config.imagorSecrets.length > 0,
    sentence:
      'IMAGOR_SECRET and IMAGOR_SECRETS exclude each other: put all keys into IMAGOR_SECRETS, the newest first.',
  },
  {
    applies: (config, origins) =>
      config.imagorProcessConcurrency === -1 &&
      config.imagorProcessQueueSize > 0 &&
      origins.imagorProcessQueueSize !== 'default',
    sentence:
      'IMAGOR_PROCESS_QUEUE_SIZE means nothing while IMAGOR_PROCESS_CONCURRENCY is -1, for then no request waits: ' +
      'unset one of them.',
  },
  {
    applies: (config) => config.httpLoaderHttpsOnly && config.httpLoaderDefaultScheme === 'http',
    sentence: 'HTTP_LOADER_HTTPS_ONLY refuses every URL that HTTP_LOADER_DEFAULT_SCHEME makes http: unset one of them.',
  },
  {
    applies: (config) => config.httpLoaderHttpsOnly && /^http:/i.test(config.httpLoaderBaseUrl),
    sentence: 'HTTP_LOADER_HTTPS_ONLY refuses HTTP_LOADER_BASE_URL: begin that with https://, or unset one of them.',
  },
  {
    applies: (config) => {
      const [pictures, metrics] = [listenAddress(config), parseAddress(config.prometheusBind)];
      if (!metrics || metrics.port === 0 || metrics.port !== pictures.port) return false;
      return !metrics.host || !pictures.host || metrics.host === pictures.host;
    },
    sentence: 'PROMETHEUS_BIND has the port of the pictures, PORT or that of BIND: give it another.',
  },
  ...S3_REFUSED,
];

/** Settings that can hold together, but hardly do what was meant. */
const DOUBTFUL: readonly Contradiction[] = [
  {
    applies: (config) => config.imagorSecret === '' && config.imagorSecrets.length === 0 && !config.imagorUnsafe,
    sentence: 'Neither IMAGOR_SECRET nor IMAGOR_UNSAFE is set: every picture is refused with 403 until one of them is.',
  },
  {
    applies: (config) => config.httpLoaderDisable && !hasOtherLoader(config),
    sentence: 'HTTP_LOADER_DISABLE is set and no other loader is: every picture is answered with 404.',
  },
  {
    applies: (config, origins) =>
      config.imagorLoadTimeoutMs > config.imagorRequestTimeoutMs && origins.imagorLoadTimeoutMs !== 'default',
    sentence: 'IMAGOR_LOAD_TIMEOUT is longer than IMAGOR_REQUEST_TIMEOUT, which ends the request first.',
  },
  {
    applies: (config, origins) =>
      config.imagorProcessTimeoutMs > config.imagorRequestTimeoutMs && origins.imagorProcessTimeoutMs !== 'default',
    sentence: 'IMAGOR_PROCESS_TIMEOUT is longer than IMAGOR_REQUEST_TIMEOUT, which ends the request first.',
  },
  {
    applies: (config, origins) =>
      config.vipsUnlimited &&
      [origins.vipsMaxWidth, origins.vipsMaxHeight, origins.vipsMaxResolution].some((origin) => origin !== 'default'),
    sentence: 'VIPS_UNLIMITED takes the effect from VIPS_MAX_WIDTH, VIPS_MAX_HEIGHT and VIPS_MAX_RESOLUTION.',
  },
  ...S3_DOUBTFUL,
  ...SHARED_PLACES,
];

function hasOtherLoader(config: Config): boolean {
  const loaders = [
    config.fileLoaderBaseDir,
    config.s3LoaderBucket,
    config.s3LoaderBucketRouterConfig,
    config.gcloudLoaderBucket,
  ];
  // uploads are for servers without signatures only
  return loaders.some((setting) => setting !== '') || (config.uploadLoaderEnable && config.imagorUnsafe);
}

/** Holds the options against each other: problems stop the start, warnings do not. One sentence each. */
export function findContradictions(config: Config, origins: Origins): { problems: string[]; warnings: string[] } {
  const sentences = (rules: readonly Contradiction[]) =>
    rules.filter((rule) => rule.applies(config, origins)).map((rule) => rule.sentence);
  return { problems: sentences(REFUSED), warnings: sentences(DOUBTFUL) };
}
