import { AppError } from '../../errors.ts';
import type { S3ClientOptions } from './client.ts';
import type { Credentials } from './sign.ts';

/** Where the requests for a bucket go, and how they are signed. */
export interface BucketEndpoint {
  /** `https://bucket.s3.eu-west-1.amazonaws.com` */
  readonly origin: string;
  readonly host: string;
  /** In front of `/key`: empty, or `/bucket` where the bucket stands in the path. */
  readonly basePath: string;
  readonly region: string;
  /** As in the signature's scope. */
  readonly service: string;
}

/** What the SDK knows. */
export interface AwsConfig {
  /** The endpoint where one is given or found, else `AWS`. */
  readonly server: string;
  readonly region: string;
  /** Undefined where they are not given but found. */
  readonly given: Credentials | undefined;
  /** Those given, or those of the default chain, renewed before they expire. */
  credentials(): Promise<Credentials>;
  /**
   * Has credentials that were found looked for again, at most every ten seconds: those in a file say nothing of their
   * end, and whoever rotates them writes new ones.
   *
   * @returns whether they are others than those that were refused.
   */
  renew(refused: Credentials): Promise<boolean>;
  /** By Amazon's rules: virtual hosts where the bucket's name allows it, partitions, FIPS, dual stack. */
  endpointOf(bucket: string, region: string): BucketEndpoint;
}

const RENEWAL_PAUSE_MS = 10_000;

/** Buckets and regions whose endpoints are remembered; wildcard buckets have no other bound. */
const MAX_ENDPOINTS = 1_000;

/**
 * Has the SDK find out what the options leave open, by its own rules: profiles, web identity, container and instance
 * roles, `AWS_ENDPOINT_URL_S3`. The SDK makes no request of ours.
 *
 * @throws AppError `invalid` where there is no region, or half a pair of keys.
 */
export async function loadAwsConfig(options: S3ClientOptions): Promise<AwsConfig> {
  const { accessKeyId, secretAccessKey, sessionToken } = options;
  if ((accessKeyId === '') !== (secretAccessKey === '')) {
    throw new AppError('invalid', { publicMessage: 'S3: an access key id and a secret access key go together' });
  }
  const { S3Client } = await import('@aws-sdk/client-s3');
  const { config: environment } = new S3Client({});
  const endpoint = options.endpoint || (await environment.serviceConfiguredEndpoint?.()) || '';
  if (endpoint !== '' && !URL.canParse(endpoint)) {
    throw new AppError('invalid', { publicMessage: `S3: the endpoint "${endpoint}" is no URL` });
  }
  const region = options.region || (await environment.region().catch(() => (endpoint === '' ? '' : 'us-east-1')));
  if (region === '') {
    throw new AppError('invalid', {
      publicMessage: 'S3: no region; set AWS_REGION, or S3_ENDPOINT for a server other than AWS',
    });
  }
  // or files of credentials would be read once
  const lasting = { region, ignoreCache: true };
  const { config } = new S3Client(lasting);
  const [useFips, useDualStack] = await Promise.all([config.useFipsEndpoint(), config.useDualstackEndpoint()]);
  const given: Credentials | undefined =
    accessKeyId === '' ? undefined : { accessKeyId, secretAccessKey, sessionToken };
  let renewal: Promise<unknown> | undefined;
  let renewedAtMs = Number.NEGATIVE_INFINITY;
  const endpoints = new Map<string, BucketEndpoint>();

  const resolveUrl: typeof config.endpointProvider = (parameters) => {
    try {
      return config.endpointProvider(parameters);
    } catch (error) {
      throw unreachable(parameters.Bucket, error instanceof Error ? error.message : String(error));
    }
  };

  const resolve = (bucket: string, bucketRegion: string): BucketEndpoint => {
    const { url, properties } = resolveUrl({
      Bucket: bucket,
      Region: bucketRegion,
      ForcePathStyle: options.forcePathStyle,
      UseFIPS: useFips,
      UseDualStack: useDualStack,
      // sessions of directory buckets only save Amazon the check of every request
      DisableS3ExpressSessionAuth: true,
      ...(endpoint !== '' && { Endpoint: endpoint }),
    });
    const schemes = properties?.['authSchemes'] as readonly AuthScheme[] | undefined;
    const scheme = schemes?.find(({ name }) => name === 'sigv4');
    if (schemes && schemes.length > 0 && !scheme) {
      throw unreachable(bucket, `it wants signatures of another kind (${schemes[0]?.name})`);
    }
    return {
      origin: url.origin,
      host: url.host,
      basePath: url.pathname.replace(/\/$/, ''),
      region: scheme?.signingRegion ?? bucketRegion,
      service: scheme?.signingName ?? 's3',
    };
  };

  // so that a region or an endpoint that cannot be is told of at the start
  resolve('any-bucket', region);
  return {
    server: endpoint === '' ? 'AWS' : new URL(endpoint).href,
    region,
    given,
    credentials: async () => given ?? config.credentials(),
    async renew(refused) {
      if (given) return false;
      if (isSame(await config.credentials(), refused) && performance.now() - renewedAtMs > RENEWAL_PAUSE_MS) {
        renewedAtMs = performance.now();
        renewal = config.credentials({ forceRefresh: true });
      }
      await renewal; // by whomever it was begun
      return !isSame(await config.credentials(), refused);
    },
    endpointOf(bucket, bucketRegion) {
      const id = `${bucketRegion}/${bucket}`;
      const known = endpoints.get(id);
      if (known) return known;
      if (endpoints.size >= MAX_ENDPOINTS) endpoints.clear();
      const found = resolve(bucket, bucketRegion);
      endpoints.set(id, found);
      return found;
    },
  };
}

function isSame(one: Credentials, other: Credentials): boolean {
  return one.accessKeyId === other.accessKeyId && one.sessionToken === other.sessionToken;
}

/** Settings by which no request for a bucket can be made. */
function unreachable(bucket: string | undefined, why: string): AppError {
  return new AppError('invalid', { publicMessage: 'S3 cannot be asked for it', detail: `${bucket}: ${why}` });
}

/** A property of endpoints that the SDK leaves untyped. */
interface AuthScheme {
  /** `sigv4`, which is how we sign; `sigv4a` for whatever lies in several regions; `sigv4-s3express`. */
  readonly name: string;
  readonly signingName?: string;
  readonly signingRegion?: string;
}
