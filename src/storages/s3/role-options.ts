import type { S3ClientOptions } from './client.ts';

/** What a role may have of its own; empty for what it has not. */
export interface S3RoleSettings {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/**
 * Lays a role's own settings over those of all roles, field by field. A session token belongs to its access key: a role
 * with a key of its own does not inherit the token of another.
 */
export function s3RoleOptions(shared: S3ClientOptions, role: S3RoleSettings): S3ClientOptions {
  return {
    ...shared,
    endpoint: role.endpoint || shared.endpoint,
    region: role.region || shared.region,
    accessKeyId: role.accessKeyId || shared.accessKeyId,
    secretAccessKey: role.secretAccessKey || shared.secretAccessKey,
    sessionToken: role.sessionToken || (role.accessKeyId ? '' : shared.sessionToken),
  };
}
