import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Config } from './config.ts';
import { ConfigError } from './config-error.ts';
import { givenConfig } from './given-config.ts';
import { OPTIONS } from './option.ts';
import { defaultOf } from './value.ts';

const problemsOf = (given: object): readonly string[] => {
  try {
    givenConfig(given as Partial<Config>);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.problems;
  }
  return [];
};

test('what is not given has its default', () => {
  const { config } = givenConfig({
    imagorUnsafe: true,
    fileLoaderBaseDir: '/pictures',
    imagorSecret: undefined as never,
  });
  assert.deepEqual(
    [config.fileLoaderBaseDir, config.imagorSecret, config.imagorRequestTimeoutMs],
    ['/pictures', '', 30_000],
  );
});

test('every default could be given', () => {
  const defaults = Object.fromEntries(OPTIONS.map(({ key, row }) => [key, defaultOf(row)]));
  assert.deepEqual(problemsOf(defaults), []);
});

test('a value must be one that could be written', () => {
  const cases: readonly [object, string][] = [
    [{ imagorWorkers: -3 }, 'imagorWorkers must be a whole number from 0 to 1024.'],
    [{ imagorWorkers: 1.5 }, 'imagorWorkers must be a whole number from 0 to 1024.'],
    [{ imagorProcessTimeoutMs: 'soon' }, 'imagorProcessTimeoutMs must be a number of milliseconds.'],
    [{ imagorSaveTimeoutMs: Number.NaN }, 'imagorSaveTimeoutMs must be a number of milliseconds.'],
    [{ imagorUnsafe: '1' }, 'imagorUnsafe must be true or false.'],
    [
      { fileStorageMkdirPermission: 0o7777777 },
      'fileStorageMkdirPermission must be file permissions as a number, such as 0o755.',
    ],
    [
      { s3Endpoint: 'minio:9000' },
      's3Endpoint must be the URL of an S3 server that begins with http:// or https://, without user, query or bucket.',
    ],
    [{ vipsDisableFilters: 'blur' }, 'vipsDisableFilters must be an array of texts.'],
    [
      { httpLoaderBlockNetworks: ['10/8'] },
      'httpLoaderBlockNetworks must be an array of networks in CIDR notation, such as 10.0.0.0/8,::1/128.',
    ],
    [{ imagorSecrt: 'x' }, 'There is no option imagorSecrt; did you mean imagorSecret?'],
  ];
  for (const [given, problem] of cases) assert.deepEqual(problemsOf(given), [problem]);
});

test('options are held against each other', () => {
  assert.match(problemsOf({ imagorSecret: 'a', imagorSecrets: ['b'] }).join(), /exclude each other/);
  assert.match(givenConfig({}).warnings.join(), /Neither IMAGOR_SECRET nor IMAGOR_UNSAFE is set/);
});
