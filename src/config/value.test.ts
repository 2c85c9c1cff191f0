import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { accepts } from './accepts.ts';
import type { OptionValue } from './config.ts';
import { OPTIONS } from './option.ts';
import type { OptionRow } from './option-row.ts';
import { defaultOf, isUnset, parseValue } from './value.ts';

type Cases = readonly {
  readonly row: OptionRow;
  readonly good: readonly (readonly [text: string, value: OptionValue])[];
  readonly bad: readonly string[];
}[];

const help = '';
const CASES: Cases = [
  {
    row: { type: 'text', help },
    good: [
      ['a b', 'a b'],
      ['é', 'é'],
    ],
    bad: ['a\nb', 'a\r', '\0', '\u0085'],
  },
  {
    row: { type: 'text', secret: true, help },
    good: [['a\nb', 'a\nb']],
    bad: [],
  },
  {
    row: { type: 'switch', help },
    good: [
      ['1', true],
      ['True', true],
      ['f', false],
    ],
    bad: ['', 'yes', 'on', '2', 'tRUE'],
  },
  {
    row: { type: 'integer', default: '1', min: -1, max: 9, help },
    good: [
      ['-1', -1],
      ['9', 9],
      ['0x9', 9],
    ],
    bad: ['', '-2', '10', '1.5', '1e0', 'x', '9007199254740993'],
  },
  {
    row: { type: 'bytes', default: '0', help },
    good: [
      ['0', 0],
      ['33_554_432', 33_554_432],
    ],
    bad: ['', '-1', '32MiB', '1.5'],
  },
  {
    row: { type: 'duration', default: '0', max: 60_000, help },
    good: [
      ['1m', 60_000],
      ['0', 0],
      ['1.5s', 1500],
    ],
    bad: ['', '30', '-1s', '61s', '1d', 'forever'],
  },
  {
    row: { type: 'mode', default: '0755', help },
    good: [
      ['0755', 0o755],
      ['0o644', 0o644],
      ['01777', 0o1777],
    ],
    bad: ['', '755', '0855', '07', '0x1ff', '-0755', 'rwxr-xr-x'],
  },
  {
    row: { type: 'choice', choices: ['sha1', 'sha256'], help },
    good: [
      ['sha256', 'sha256'],
      ['SHA1', 'sha1'],
    ],
    bad: ['md5', 'sha', 'sha1,sha256', ' sha1'],
  },
  {
    row: { type: 'list', help },
    good: [
      [' a, ,b,', ['a', 'b']],
      [',', []],
    ],
    bad: ['a,b\nc'],
  },
  {
    row: { type: 'list', secret: true, help },
    good: [['new, old', ['new', 'old']]],
    bad: [],
  },
  {
    row: { type: 'networks', help },
    good: [['::1/128, 127.0.0.0/8', ['::1/128', '127.0.0.0/8']]],
    bad: [
      '127.0.0.1',
      '10/8',
      '0x7f.0.0.0/8',
      '10.0.0.0/33',
      '::/129',
      '10.0.0.0/',
      'localhost/8',
      '10.0.0.0/8;::1/128',
    ],
  },
  {
    row: { type: 'url', help },
    good: [
      ['https://a.example/b?c', 'https://a.example/b?c'],
      ['HTTP://a', 'HTTP://a'],
    ],
    bad: ['a.example', 'ftp://a', 'https://', 'http://[', 'https://a\nb', 'javascript:alert(1)', ' https://a'],
  },
  {
    row: { type: 'urls', help },
    good: [['http://u:p@a:1, https://b', ['http://u:p@a:1', 'https://b']]],
    bad: ['http://a,b', 'socks5://a'],
  },
  {
    row: { type: 'address', help },
    good: [
      [':80', ':80'],
      ['[::1]:80', '[::1]:80'],
    ],
    bad: ['80', 'host', 'host:http', '::1:80', ':65536'],
  },
  {
    row: { type: 'host', help },
    good: [
      ['localhost', 'localhost'],
      ['::1', '::1'],
      ['[::1]', '[::1]'],
      ['127.0.0.1', '127.0.0.1'],
    ],
    bad: ['localhost:80', '[::1]:80', 'a b', '[a]'],
  },
  {
    row: { type: 'path', help },
    good: [
      ['/', '/'],
      ['/a/b', '/a/b'],
    ],
    bad: ['a', 'https://a/', '/a\n', '/my bilder', '/métriques'],
  },
  {
    row: { type: 'regexp', help },
    good: [['^https://(?P<host>[a-z]+)\\.example/', '^https://(?P<host>[a-z]+)\\.example/']],
    bad: ['(', '[z-a]', '(?=a)', '(a)\\1', '*'],
  },
  {
    row: { type: 'key', secret: true, help },
    good: [['wJalr/K7MDENG+bPx=', 'wJalr/K7MDENG+bPx=']],
    bad: ['key\n', ' key', 'key ', 'a\tb'],
  },
  {
    row: { type: 'tags', help },
    good: [
      ['a=1&b=%20+', 'a=1&b=%20+'],
      ['a', 'a'],
      ['k=é', 'k=é'],
    ],
    bad: [
      'a=1&&b=2',
      'a=1&',
      '&a=1',
      'aws:x=y',
      'a=1&a=2',
      '=1',
      'a b=1',
      'a=1;b=2',
      'a=%zz',
      '&',
      `a=${'x'.repeat(257)}`,
      'a&b&c&d&e&f&g&h&i&j&k',
    ],
  },
  {
    row: { type: 'bucket', help },
    good: [
      ['photos', 'photos'],
      ['photos/some/dir', 'photos/some/dir'],
      ['tenant:Old_Bucket', 'tenant:Old_Bucket'],
      ['*', '*'],
      ['arn:aws:s3:eu-west-1:1:accesspoint/mine/dir', 'arn:aws:s3:eu-west-1:1:accesspoint/mine/dir'],
    ],
    bad: [
      'arn:aws:s3:eu-west-1:1:accesspoint:',
      'my bucket',
      '*/dir',
      '/dir',
      's3://photos',
      'photos/a\nb',
      '-a',
      'bücher',
    ],
  },
  {
    row: { type: 'region', help },
    good: [
      ['eu-west-1', 'eu-west-1'],
      ['auto', 'auto'],
    ],
    bad: ['eu west 1', 'eu-west-1.evil.example', 'a/b', '-a', 'a'.repeat(64)],
  },
  {
    row: { type: 'endpoint', help },
    good: [
      ['https://s3.example', 'https://s3.example'],
      ['http://[::1]:9000/s3/', 'http://[::1]:9000/s3/'],
    ],
    bad: [
      's3.example',
      'https://a b',
      'https://u:p@a',
      'https://a/?b',
      'https://a/#b',
      'ftp://a',
      'https://',
      'http:\\\\a',
    ],
  },
  {
    row: { type: 'metric', help },
    good: [
      ['imagor', 'imagor'],
      ['_a1', '_a1'],
    ],
    bad: ['1a', 'a-b', 'a:b', 'a b', 'é'],
  },
  {
    row: { type: 'dsn', secret: true, help },
    good: [['https://key@sentry.example/prefix/42', 'https://key@sentry.example/prefix/42']],
    bad: [
      'https://sentry.example/42',
      'https://key@sentry.example/',
      'key@sentry.example/42',
      'https://key@sentry.example/x',
      'https://a-key@sentry.example/1',
    ],
  },
  {
    row: { type: 'pairs', secret: true, help },
    good: [
      ['a=b, c-d = e%20f=', ['a=b', 'c-d = e%20f=']],
      ['', []],
    ],
    bad: ['a', '=b', 'a=%zz', 'a b=c', 'a=b\u0000'],
  },
  {
    row: { type: 'ratio', default: '1', help },
    good: [
      ['0', 0],
      ['0.25', 0.25],
      ['.5', 0.5],
      ['1', 1],
    ],
    bad: ['', '1.1', '-0.1', '50%', '1e-1', 'x', '1.'],
  },
];

for (const { row, good, bad } of CASES) {
  test(`reads ${row.secret ? 'a secret ' : ''}${row.type}, which must be ${accepts(row)}`, () => {
    for (const [text, value] of good) assert.deepEqual(parseValue(row, text), value, text);
    for (const text of bad) assert.equal(parseValue(row, text), undefined, text);
  });
}

test('every type has its cases', () => {
  const tried = new Set(CASES.map(({ row }) => row.type));
  assert.deepEqual(
    OPTIONS.filter(({ row }) => !tried.has(row.type)),
    [],
  );
});

test('an empty text stands for the default, an empty number or switch for nothing', () => {
  assert.ok(isUnset({ type: 'text', default: 'x', help }, ''));
  assert.ok(isUnset({ type: 'list', help }, ''));
  assert.ok(isUnset({ type: 'choice', choices: ['a'], help }, ''));
  assert.ok(!isUnset({ type: 'switch', help }, ''));
  assert.ok(!isUnset({ type: 'integer', default: '1', help }, ''));
});

test('a zero stands for the default where imagor takes it so', () => {
  assert.ok(isUnset({ type: 'integer', default: '9', zeroIsDefault: true, help }, '0'));
  assert.ok(isUnset({ type: 'duration', default: '20s', zeroIsDefault: true, help }, '0s'));
  assert.ok(!isUnset({ type: 'integer', default: '9', help }, '0'));
});

test('a default that the row itself does not accept is a mistake in the table', () => {
  assert.throws(() => defaultOf({ type: 'duration', default: '30', help }), TypeError);
});

test('no text makes any option fail otherwise', () => {
  const row = fc.constantFrom(...OPTIONS.map((option) => option.row));
  const text = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'0123456789.-+_xhms,:/[]=&%*') }));
  fc.assert(
    fc.property(row, text, (anyRow, anyText) => {
      const value = parseValue(anyRow, anyText);
      return value === undefined || typeof value === typeof defaultOf(anyRow);
    }),
    { numRuns: 2000 },
  );
});
