import { createHmac, hash } from 'node:crypto';

/** Who signs. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of temporary credentials. */
  readonly sessionToken?: string | undefined;
}

/** What is signed: everything that is sent, but for what connections add to it. */
export interface UnsignedRequest {
  readonly method: string;
  /** Escaped once; sent as it is. Without a query. */
  readonly path: string;
  /** By lower-case name, `host` among them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | undefined;
}

/** What a signature is good for. */
export interface Scope {
  readonly region: string;
  /** `s3`; directory buckets have another. */
  readonly service: string;
  readonly date: Date;
}

const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/**
 * Signs by AWS Signature Version 4, the whole payload in one piece: servers without trailing checksums take it, and they
 * all refuse a body that changed on its way.
 *
 * Amazon S3 API Reference, "Authenticating Requests: Using the Authorization Header".
 *
 * @returns the headers to send.
 */
export function signRequest(request: UnsignedRequest, credentials: Credentials, scope: Scope): Record<string, string> {
  const { method, path, body } = request;
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const time = scope.date.toISOString().replace(/[-:]|\.\d+/g, '');
  const day = time.slice(0, 8);
  const payloadHash = body?.length ? sha256(body) : EMPTY_SHA256;
  const headers: Record<string, string> = {
    ...request.headers,
    'x-amz-content-sha256': payloadHash,
    'x-amz-date': time,
    ...(sessionToken && { 'x-amz-security-token': sessionToken }),
  };
  const names = Object.keys(headers).sort();
  const canonicalHeaders = names.map((name) => `${name}:${canonicalValue(headers[name] ?? '')}\n`).join('');
  const signedHeaders = names.join(';');
  const canonicalRequest = `${method}\n${path}\n\n${canonicalHeaders}\n${signedHeaders}\n${payloadHash}`;
  const credentialScope = `${day}/${scope.region}/${scope.service}/aws4_request`;
  const toSign = `AWS4-HMAC-SHA256\n${time}\n${credentialScope}\n${sha256(canonicalRequest)}`;
  const signature = createHmac('sha256', signingKey(secretAccessKey, credentialScope)).update(toSign).digest('hex');
  headers['authorization'] =
    `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${credentialScope}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
  return headers;
}

/** Escapes a key for the path of a URL, once: every byte but unreserved characters and slashes (RFC 3986 section 2.3). */
export function escapeKey(key: string): string {
  return encodeURIComponent(key)
    .replaceAll('%2F', '/')
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Four hashes of the same for a whole day. A handful of accounts and regions are in use at a time. */
const signingKeys = new Map<string, Buffer>();
const MAX_SIGNING_KEYS = 100;

function signingKey(secretAccessKey: string, credentialScope: string): Buffer {
  const id = `${secretAccessKey}\n${credentialScope}`;
  const known = signingKeys.get(id);
  if (known) return known;
  let key: string | Buffer = `AWS4${secretAccessKey}`;
  for (const part of credentialScope.split('/')) key = createHmac('sha256', key).update(part).digest();
  if (signingKeys.size >= MAX_SIGNING_KEYS) signingKeys.clear();
  signingKeys.set(id, key as Buffer);
  return key as Buffer;
}

function canonicalValue(value: string): string {
  return value.trim().replace(/ {2,}/g, ' ');
}

function sha256(data: string | Uint8Array): string {
  return hash('sha256', data, 'hex');
}
