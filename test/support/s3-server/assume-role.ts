import { signRequest } from '../../../src/storages/s3/sign.ts';
import type { S3Keys } from './s3-signature.ts';

/**
 * Gets temporary keys for a role from a security token service.
 *
 * @throws Error with what the service says.
 */
export async function assumeRole(endpoint: string, role: string, keys: S3Keys): Promise<S3Keys> {
  const form = { Action: 'AssumeRole', Version: '2011-06-15', RoleArn: role, RoleSessionName: 'test' };
  const body = Buffer.from(String(new URLSearchParams(form)));
  const url = new URL('/', endpoint);
  const request = {
    method: 'POST',
    path: url.pathname,
    headers: { host: url.host, 'content-type': 'application/x-www-form-urlencoded' },
    body,
  };
  const headers = signRequest(request, keys, { region: 'us-east-1', service: 'sts', date: new Date() });
  const response = await fetch(url, { method: 'POST', headers, body });
  const xml = await response.text();
  const element = (name: string): string => new RegExp(`<${name}>([^<]+)</${name}>`).exec(xml)?.[1] ?? '';
  const temporary = {
    account: keys.account,
    accessKeyId: element('AccessKeyId'),
    secretAccessKey: element('SecretAccessKey'),
    sessionToken: element('SessionToken'),
  };
  if (!temporary.sessionToken) throw new Error(`no token: ${response.status} ${xml}`);
  return temporary;
}
