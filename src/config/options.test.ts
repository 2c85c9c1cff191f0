import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Config } from './config.ts';
import { OPTIONS } from './option.ts';
import { parseConfig } from './parse.ts';
import { defaultOf } from './value.ts';

const COMMON_FIELDS = ['type', 'default', 'help', 'secret', 'inert'];
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  integer: ['min', 'max', 'zeroIsDefault'],
  bytes: ['min', 'max', 'zeroIsDefault'],
  duration: ['min', 'max', 'zeroIsDefault'],
  choice: ['choices'],
};

test('every flag, variable and field is named once', () => {
  for (const name of ['flag', 'env', 'key'] as const) {
    assert.equal(new Set(OPTIONS.map((option) => option[name])).size, OPTIONS.length, name);
  }
});

test('names are kebab-case, and those of the variables follow from them', () => {
  for (const { flag, env } of OPTIONS) {
    assert.match(flag, /^[a-z0-9]+(-[a-z0-9]+)*$/);
    assert.equal(env, flag.toUpperCase().replaceAll('-', '_'));
  }
});

test('rows have no fields that nobody reads', () => {
  for (const { flag, row } of OPTIONS) {
    const allowed = [...COMMON_FIELDS, ...(FIELDS[row.type] ?? [])];
    assert.deepEqual(
      Object.keys(row).filter((field) => !allowed.includes(field)),
      [],
      flag,
    );
  }
});

test('every default can be read, and is not written down where it is empty anyway', () => {
  for (const { flag, row } of OPTIONS) {
    assert.doesNotThrow(() => defaultOf(row), flag);
    assert.notEqual(row.default, '', flag);
  }
});

test('every help is one sentence', () => {
  for (const { flag, row } of OPTIONS) assert.match(row.help, /^[A-Z].{15,160}\.$/, flag);
});

test('everything that can hold a credential is marked', () => {
  const unmarked = OPTIONS.filter(({ row }) => !row.secret).map(({ env }) => env);
  assert.deepEqual(
    unmarked.filter((env) => /SECRET|TOKEN|ACCESS_KEY|DSN|PROXY_URLS/.test(env)),
    [],
  );
});

test('fields are named after their flags, with the unit of their value', () => {
  const keys = new Map<string, string>(OPTIONS.map(({ flag, key }) => [flag, key]));
  assert.equal(keys.get('s3-http-max-idle-conns-per-host'), 's3HttpMaxIdleConnsPerHost');
  assert.equal(keys.get('imagor-request-timeout'), 'imagorRequestTimeoutMs');
  assert.equal(keys.get('http-loader-max-allowed-size'), 'httpLoaderMaxAllowedSizeBytes');
});

/** Compiles when the two types are the same. */
type Same<A, B> = [A, B] extends [B, A] ? true : false;

test('the type of the configuration follows from the table', () => {
  const signerType: Same<Config['imagorSignerType'], 'sha1' | 'sha256' | 'sha512'> = true;
  const compat: Same<Config['imagorCompat'], '' | '1.9'> = true;
  const secret: Same<Config['imagorSecret'], string> = true;
  const secrets: Same<Config['imagorSecrets'], readonly string[]> = true;
  const unsafe: Same<Config['imagorUnsafe'], boolean> = true;
  const timeout: Same<Config['imagorRequestTimeoutMs'], number> = true;
  assert.ok(signerType && compat && secret && secrets && unsafe && timeout);
});

test('without settings the defaults are those of imagor, but for those meant to differ', () => {
  const parsed = parseConfig([], {}, () => '');
  assert.equal(parsed.command, 'serve');
  const { config } = parsed;
  assert.equal(config.port, 8000);
  assert.equal(config.imagorRequestTimeoutMs, 30_000);
  assert.equal(config.imagorLoadTimeoutMs, 20_000);
  assert.equal(config.imagorCacheHeaderTtlMs, 604_800_000);
  assert.equal(config.vipsMaxResolution, 81_000_000);
  assert.equal(config.fileStorageWritePermission, 0o666);
  assert.equal(config.httpLoaderAccept, '*/*');
  assert.equal(config.httpLoaderBlockLinkLocalNetworks, true);
  assert.equal(config.imagorProcessConcurrency, 0);
  assert.equal(config.s3StorageAcl, '');
});

test('every option is read by somebody, but for those that say they have no effect', () => {
  const program = readdirSync(new URL('../', import.meta.url), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.js') && !name.endsWith('.test.js') && !name.endsWith('options.js'))
    .map((name) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8'))
    .join('\n');
  const words = new Set(program.match(/\w+/g));
  const unread = OPTIONS.filter(({ key, row }) => row.inert === undefined && !words.has(key));
  assert.deepEqual(
    unread.map(({ flag }) => flag),
    [],
  );
});
