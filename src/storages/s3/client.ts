import { setTimeout as delay } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import { unlessAborted } from '../../core/unless-aborted.ts';
import { AppError } from '../../errors.ts';
import { type BucketEndpoint, loadAwsConfig } from './aws-config.ts';
import { createS3Dispatcher } from './s3-dispatcher.ts';
import { isPassing, isTimeout, readS3Failure, type S3Failure, s3NetworkError, s3StatusError } from './s3-error.ts';
import { type S3Object, subjectOf } from './s3-object.ts';
import { type Credentials, escapeKey, signRequest } from './sign.ts';

/** An account at a server; empty for what is to be found out. */
export interface S3ClientOptions {
  /** A URL; empty for AWS. */
  readonly endpoint: string;
  /** Empty for the one of the environment or the profile, or `us-east-1` where an endpoint is given. */
  readonly region: string;
  /** Empty, with the secret, for the default chain of credentials. */
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** The bucket in the path, not in the host name. */
  readonly forcePathStyle: boolean;
  /** Kept unused to one host. */
  readonly maxIdleConnections: number;
  /** Milliseconds before the first retry at most, doubled for each further one; default 100. */
  readonly retryDelayMs?: number;
}

/** One call. */
export interface S3Request {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'DELETE';
  readonly object: S3Object;
  /** By lower-case name. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

/** Speaks to an S3, for any number of buckets. */
export interface S3Client {
  /** Where the buckets are, of which there is one of a name: the endpoint, or `AWS`. */
  readonly server: string;
  /**
   * Asks, again where that may help, and once more in the right region.
   *
   * @returns an answer of status 2xx or 304. Its body is to be read or destroyed.
   * @throws AppError `not-found`, `source-not-allowed`, `unavailable`, `source-failed`, `timeout`; the signal's reason.
   */
  send(request: S3Request, signal: AbortSignal): Promise<Dispatcher.ResponseData>;
  /** @throws AppError `invalid` for a bucket that no request can be made for, such as an access point that is no ARN. */
  checkBucket(bucket: string): void;
  /** Drops every connection. */
  close(): Promise<void>;
}

const MAX_RETRIES = 3;
/** Buckets whose region a server has told. */
const MAX_REGIONS = 1_000;
/** Of an error's text. */
const MAX_TEXT_BYTES = 4_096;
/** S3 takes clocks that are 15 minutes off. */
const MAX_SKEW_MS = 240_000;
/** Refusals of credentials that others may have replaced in the meantime, where they were found and not given. */
const OUTWORN: ReadonlySet<string> = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidAccessKeyId',
  'InvalidToken',
]);
const REDIRECTS: ReadonlySet<number> = new Set([301, 307, 400]);

/**
 * Connects by the SDK's rules for credentials, regions and endpoints. The requests themselves are signed here and made by
 * undici, at a third of the SDK's cost.
 *
 * @param dispatcher Keeps the connections, those of other clients too if it is theirs as well; closed with the client.
 * @throws AppError `invalid` for an endpoint that is no URL, half a pair of keys, or no region.
 */
export async function createS3Client(
  options: S3ClientOptions,
  dispatcher: Dispatcher = createS3Dispatcher(options.maxIdleConnections),
): Promise<S3Client> {
  const config = await loadAwsConfig(options);
  const { retryDelayMs = 100 } = options;
  const regions = new Map<string, string>();
  let skewMs = 0;

  const identified = async <Found>(subject: string, found: Promise<Found>): Promise<Found> => {
    try {
      return await found;
    } catch (error) {
      // not as the cause: providers of credentials may quote what they have read
      throw new AppError('source-failed', { detail: `${subject}: no credentials: ${error}` });
    }
  };

  const attempt = async (
    { method, object, headers, body }: S3Request,
    endpoint: BucketEndpoint,
    { credentials, clockSkewMs }: Signer,
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData> => {
    const path = `${endpoint.basePath}/${escapeKey(object.key)}`;
    const request = { method, path, headers: { ...headers, host: endpoint.host }, body };
    const scope = { ...endpoint, date: new Date(Date.now() + clockSkewMs) };
    const sent = dispatcher.request({
      origin: endpoint.origin,
      path,
      method,
      headers: signRequest(request, credentials, scope),
      body: body ?? null,
      signal,
      // undici would close the connection after every HEAD, for servers that send a body with it
      reset: false,
    });
    return unlessAborted(sent, signal);
  };

  /** @returns whether there is a region to try. */
  const moveTo = (bucket: string, asked: string, { status, region }: S3Failure): boolean => {
    if (!REDIRECTS.has(status) || region === asked || !/^[a-z0-9-]{1,63}$/.test(region)) return false;
    if (regions.size >= MAX_REGIONS) regions.clear();
    regions.set(bucket, region);
    return true;
  };

  /**
   * @param usedMs What was added to our clock for the request; another one that failed may have corrected it since.
   * @returns whether our clock was wrong, and is not any more.
   */
  const setClock = ({ status, code }: S3Failure, serverDate: string, usedMs: number): boolean => {
    if (status !== 403 || (code !== '' && code !== 'RequestTimeTooSkewed')) return false;
    const foundMs = Date.parse(serverDate) - Date.now();
    if (!(Math.abs(foundMs - usedMs) > MAX_SKEW_MS)) return false;
    skewMs = foundMs;
    return true;
  };

  /** @returns whether there are other credentials by now than those that were refused. */
  const renew = async (subject: string, { code }: S3Failure, refused: Credentials): Promise<boolean> =>
    OUTWORN.has(code) && identified(subject, config.renew(refused));

  const send: S3Client['send'] = async (request, signal) => {
    const { bucket } = request.object;
    const subject = subjectOf(request.object);
    let corrections = 0;
    for (let retries = 0; ; retries++) {
      signal.throwIfAborted();
      const region = regions.get(bucket) ?? config.region;
      const clockSkewMs = skewMs;
      try {
        const credentials = config.given ?? (await unlessAborted(identified(subject, config.credentials()), signal));
        const signer = { credentials, clockSkewMs };
        const response = await attempt(request, config.endpointOf(bucket, region), signer, signal);
        const { statusCode, headers } = response;
        if (statusCode < 300 || statusCode === 304) return response;
        const text = hideKeys(await readStart(response.body), credentials);
        const failure = readS3Failure(statusCode, headers, text);
        const isCorrected =
          moveTo(bucket, region, failure) ||
          setClock(failure, String(headers['date']), clockSkewMs) ||
          (await unlessAborted(renew(subject, failure, credentials), signal));
        if (isCorrected && corrections++ < 2) continue;
        if (!isPassing(failure) || retries >= MAX_RETRIES) throw s3StatusError(subject, failure);
      } catch (error) {
        signal.throwIfAborted();
        if (retries >= MAX_RETRIES || error instanceof AppError || isTimeout(error))
          throw s3NetworkError(subject, error);
      }
      // jitter, lest all who failed together come back together
      await unlessAborted(delay(Math.random() * retryDelayMs * 2 ** retries, undefined, { signal }), signal);
    }
  };

  return {
    server: config.server,
    send,
    checkBucket: (bucket) => void config.endpointOf(bucket, config.region),
    close: () => dispatcher.destroy(),
  };
}

/** Who signs a request, and by which clock. */
interface Signer {
  readonly credentials: Credentials;
  /** Milliseconds to add to ours. */
  readonly clockSkewMs: number;
}

/** Takes out what servers, and proxies before them, repeat of the request that they refuse. */
function hideKeys(text: string, { accessKeyId, secretAccessKey, sessionToken = '' }: Credentials): string {
  const keys = [sessionToken, secretAccessKey, accessKeyId].filter((key) => key !== '');
  return keys.reduce((shown, key) => shown.replaceAll(key, '…'), text);
}

/** Reads an error to its end, which frees the connection, unless it is long. */
async function readStart(body: Dispatcher.ResponseData['body']): Promise<string> {
  let text = '';
  for await (const chunk of body.setEncoding('utf8')) {
    text += chunk;
    if (text.length > MAX_TEXT_BYTES) break;
  }
  return text;
}
