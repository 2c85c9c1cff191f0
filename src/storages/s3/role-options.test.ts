import assert from 'node:assert/strict';
import { test } from 'node:test';
import { s3RoleOptions } from './role-options.ts';

const SHARED = {
  endpoint: 'http://minio:9000',
  region: 'us-east-1',
  accessKeyId: 'shared',
  secretAccessKey: 'shared-secret',
  sessionToken: 'shared-token',
  forcePathStyle: true,
  maxIdleConnections: 7,
};
const NOTHING = { endpoint: '', region: '', accessKeyId: '', secretAccessKey: '', sessionToken: '' };
const KEYS = { accessKeyId: 'own', secretAccessKey: 'own-secret' };

test('overrides field by field', () => {
  assert.deepEqual(s3RoleOptions(SHARED, NOTHING), SHARED);
  assert.deepEqual(s3RoleOptions(SHARED, { ...NOTHING, region: 'eu-west-1' }), { ...SHARED, region: 'eu-west-1' });
  assert.deepEqual(s3RoleOptions(SHARED, { ...NOTHING, endpoint: 'http://r2' }), { ...SHARED, endpoint: 'http://r2' });
  assert.deepEqual(s3RoleOptions(SHARED, { ...NOTHING, sessionToken: 'own' }), { ...SHARED, sessionToken: 'own' });
});

test("does not send one account's session token with the keys of another", () => {
  assert.deepEqual(s3RoleOptions(SHARED, { ...NOTHING, ...KEYS }), { ...SHARED, ...KEYS, sessionToken: '' });
  const own = { ...KEYS, sessionToken: 'own-token' };
  assert.deepEqual(s3RoleOptions(SHARED, { ...NOTHING, ...own }), { ...SHARED, ...own });
});
