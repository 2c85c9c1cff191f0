import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { nearestName } from './nearest-name.ts';

test('finds a name through a typo', () => {
  const names = ['port', 'bind', 'imagor-secret', 'imagor-secrets', 'http-loader-allowed-sources'];
  assert.equal(nearestName('prot', names), 'port');
  assert.equal(nearestName('ports', names), 'port');
  assert.equal(nearestName('imagor-secrt', names), 'imagor-secret');
  assert.equal(nearestName('imagor-secretz', names), 'imagor-secret');
  assert.equal(nearestName('imagor-secret-key', names), 'imagor-secret');
  assert.equal(nearestName('http-loader-alowed-source', names), 'http-loader-allowed-sources');
});

test('finds nothing where nothing is near', () => {
  assert.equal(nearestName('colour', ['port', 'bind']), undefined);
  assert.equal(nearestName('x', ['port']), undefined);
  assert.equal(nearestName('', ['port']), undefined);
  assert.equal(nearestName('port', []), undefined);
});

test('every name is nearest to itself', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1 }), (names) =>
      names.every((name) => nearestName(name, names) === name),
    ),
  );
});
