import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OPTIONS } from './option.ts';
import { unknownVariableWarning } from './unknown-variables.ts';

test('suggests the nearest name', () => {
  const cases: readonly [string, string][] = [
    ['IMAGOR_SECRET_KEYS', '; did you mean IMAGOR_SECRETS?'],
    ['S3_REGION', '; did you mean AWS_REGION?'],
    ['AWS_LOADER_ACCESS_KEY', '; did you mean AWS_LOADER_ACCESS_KEY_ID?'],
    ['VIPS_QQQQQQQQQQQQQ', '.'],
  ];
  for (const [name, end] of cases) assert.equal(unknownVariableWarning(name, '1'), `There is no option ${name}${end}`);
});

test('says nothing about options, under either of their names', () => {
  for (const { env, flag } of OPTIONS) {
    assert.equal(unknownVariableWarning(env, '1'), undefined);
    assert.equal(unknownVariableWarning(flag, '1'), undefined);
  }
});

test('says nothing about variables of others', () => {
  for (const name of [
    'PATH',
    'AWS_PROFILE',
    'AWS_DEFAULT_REGION',
    'NODE_ENV',
    'VIPS_INFO',
    'VIPS_BLOCK_UNTRUSTED',
    '',
  ]) {
    assert.equal(unknownVariableWarning(name, '1'), undefined, name);
  }
});

test('says nothing about what Kubernetes sets for a service called imagor', () => {
  for (const name of ['SERVICE_HOST', 'SERVICE_PORT', 'SERVICE_PORT_HTTP', 'PORT_80_TCP', 'PORT_80_TCP_ADDR']) {
    assert.equal(unknownVariableWarning(`IMAGOR_${name}`, '10.0.0.1'), undefined, name);
  }
  assert.equal(unknownVariableWarning('IMAGOR_PORT', 'tcp://10.0.0.1:80'), undefined);
  assert.match(unknownVariableWarning('IMAGOR_PORT', '8000') ?? '', /no option IMAGOR_PORT/);
});
