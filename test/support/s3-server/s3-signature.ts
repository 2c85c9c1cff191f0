import { createHash, createHmac } from 'node:crypto';
import { S3Refusal } from './s3-refusal.ts';
import { queryOf, type S3Request, uriEncode } from './s3-wire.ts';

/** A key pair. Several may belong to one account. */
export interface S3Keys {
  /** Whose they are. */
  readonly account: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of temporary keys, without which they are worth nothing. */
  readonly sessionToken?: string;
  /** Of temporary keys. */
  readonly expiresAt?: Date;
}

/** Who made a request. */
export interface S3Signer {
  readonly account: string;
  /** That the signature is good for. */
  readonly region: string;
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/,]+)\/(\d{8})\/([^/,]+)\/s3\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$/;

const MAX_SKEW_MS = 15 * 60_000;

/**
 * Checks a signature: Amazon S3 API Reference, "Signature Calculations for the Authorization Header". The path is
 * decoded and escaped again, as servers do, so that whoever signs another spelling than S3's is found out.
 *
 * @throws S3Refusal
 */
export function checkSignature(request: S3Request, allKeys: readonly S3Keys[], now: Date): S3Signer {
  const { headers } = request;
  const authorization = headers.get('authorization');
  if (authorization === undefined) throw new S3Refusal(403, 'AccessDenied', 'Anonymous access is not allowed');
  const [, accessKeyId, day = '', region = '', signedNames = '', signature] = AUTHORIZATION.exec(authorization) ?? [];
  if (signature === undefined) throw new S3Refusal(400, 'AuthorizationHeaderMalformed', authorization);
  const keys = allKeys.find((one) => one.accessKeyId === accessKeyId);
  if (!keys) throw new S3Refusal(403, 'InvalidAccessKeyId', `No such key: ${accessKeyId}`);
  checkTime(headers.get('x-amz-date') ?? '', day, now);
  checkToken(keys, headers.get('x-amz-security-token'), now);
  checkNames(headers, signedNames.split(';'));
  checkPayload(request);
  if (signature !== sign(request, keys.secretAccessKey, { day, region, signedNames })) {
    throw new S3Refusal(403, 'SignatureDoesNotMatch', canonicalRequest(request, signedNames));
  }
  return { account: keys.account, region };
}

/** @param time `20130524T000000Z` */
function checkTime(time: string, day: string, now: Date): void {
  const signedAt = new Date(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (Number.isNaN(signedAt.getTime()) || !time.startsWith(day)) {
    throw new S3Refusal(403, 'AccessDenied', 'x-amz-date is missing or not of the day of the credential');
  }
  if (Math.abs(signedAt.getTime() - now.getTime()) > MAX_SKEW_MS) throw new S3Refusal(403, 'RequestTimeTooSkewed');
}

function checkToken({ sessionToken, expiresAt }: S3Keys, token: string | undefined, now: Date): void {
  if (sessionToken !== undefined && token === undefined) throw new S3Refusal(403, 'InvalidAccessKeyId');
  if (token !== sessionToken) throw new S3Refusal(400, 'InvalidToken', 'The provided token is malformed or invalid');
  if (expiresAt && expiresAt <= now) throw new S3Refusal(400, 'ExpiredToken', 'The provided token has expired');
}

/** What says something to S3 has to be signed. */
function checkNames(headers: ReadonlyMap<string, string>, signed: readonly string[]): void {
  const needed = [...headers.keys()].filter((name) => name === 'host' || name.startsWith('x-amz-'));
  const isSorted = signed.every((name, index) => index === 0 || (signed[index - 1] ?? '') < name);
  const unsigned = needed.filter((name) => !signed.includes(name));
  if (unsigned.length > 0 || !isSorted) throw new S3Refusal(403, 'AccessDenied', `Headers not signed: ${unsigned}`);
}

function checkPayload({ headers, body }: S3Request): void {
  const hash = headers.get('x-amz-content-sha256');
  if (hash === undefined) throw new S3Refusal(400, 'InvalidRequest', 'x-amz-content-sha256 is missing');
  if (hash !== 'UNSIGNED-PAYLOAD' && hash !== sha256(body)) throw new S3Refusal(400, 'XAmzContentSHA256Mismatch');
}

function sign(
  request: S3Request,
  secretAccessKey: string,
  { day, region, signedNames }: { day: string; region: string; signedNames: string },
): string {
  const scope = `${day}/${region}/s3/aws4_request`;
  const time = request.headers.get('x-amz-date');
  const toSign = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha256(canonicalRequest(request, signedNames))}`;
  let key: string | Buffer = `AWS4${secretAccessKey}`;
  for (const part of scope.split('/')) key = createHmac('sha256', key).update(part).digest();
  return createHmac('sha256', key).update(toSign).digest('hex');
}

function canonicalRequest(request: S3Request, signedNames: string): string {
  const { method, path, headers } = request;
  const query = [...queryOf(request)].map(([name, value]) => `${uriEncode(name)}=${uriEncode(value)}`).sort();
  const lines = signedNames.split(';').map((name) => `${name}:${canonicalValue(headers.get(name))}`);
  return [
    method,
    path.split('/').map(decodeURIComponent).map(uriEncode).join('/'),
    query.join('&'),
    ...lines,
    '',
    signedNames,
    headers.get('x-amz-content-sha256'),
  ].join('\n');
}

function canonicalValue(value: string = ''): string {
  return value.trim().replace(/ +/g, ' ');
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
