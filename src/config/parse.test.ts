import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Config } from './config.ts';
import { ConfigError } from './config-error.ts';
import { OPTIONS } from './option.ts';
import { type ParsedConfig, parseConfig } from './parse.ts';

interface Input {
  readonly argv?: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Path → text. */
  readonly files?: Readonly<Record<string, string>>;
}

function parse({ argv = [], env = {}, files = {} }: Input): ParsedConfig {
  return parseConfig(argv, env, (path) => {
    const text = files[path];
    if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
    return text;
  });
}

function serve(input: Input): Extract<ParsedConfig, { command: 'serve' }> {
  const parsed = parse(input);
  assert.ok(parsed.command === 'serve');
  return parsed;
}

function configOf(input: Input): Config {
  return serve(input).config;
}

function problemsOf(input: Input): readonly string[] {
  try {
    parse(input);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.problems;
  }
  return [];
}

test('a flag wins over the environment, that over the file, that over the default', () => {
  const env = { PORT: '2', BIND: ':2', IMAGOR_UNSAFE: '' };
  const files = { '.env': 'PORT=3\nBIND=:3\nIMAGOR_UNSAFE=1\n' };
  const { config, origins } = serve({ argv: ['-port=1'], env, files });
  assert.deepEqual([config.port, config.bind, config.imagorUnsafe, config.imagorSignerType], [1, ':2', true, 'sha1']);
  assert.deepEqual(
    [origins.port, origins.bind, origins.imagorUnsafe, origins.imagorSignerType],
    ['flag', 'environment', 'file', 'default'],
  );
});

test('a flag may empty what the environment sets', () => {
  assert.equal(configOf({ argv: ['-imagor-secret='], env: { IMAGOR_SECRET: 'x' } }).imagorSecret, '');
});

test('the file is the one that -config or CONFIG names', () => {
  const files = { '.env': 'PORT=1', 'a.env': 'PORT=2', 'b.env': 'PORT=3' };
  assert.equal(configOf({ files }).port, 1);
  assert.equal(configOf({ files, env: { CONFIG: 'a.env' } }).port, 2);
  assert.equal(configOf({ files, env: { CONFIG: '' } }).port, 1);
  assert.equal(configOf({ files, env: { CONFIG: 'a.env' }, argv: ['-config', 'b.env'] }).port, 3);
  assert.equal(configOf({ files, argv: ['-config='] }).port, 8000);
});

test('a file that is named must exist, the default one need not', () => {
  assert.deepEqual(problemsOf({}), []);
  assert.deepEqual(problemsOf({ argv: ['-config', '.env'] }), [
    'The file that -config or CONFIG names does not exist.',
  ]);
  assert.deepEqual(problemsOf({ env: { CONFIG: 'x' } }), ['The file that -config or CONFIG names does not exist.']);
});

test('the default file may be a directory, but not out of reach', () => {
  const failWith = (code: string) => () =>
    parseConfig([], {}, () => {
      throw Object.assign(new Error(), { code });
    });
  assert.equal(failWith('EISDIR')().command, 'serve');
  assert.throws(failWith('EACCES'), { name: 'ConfigError', problems: ['.env cannot be read (EACCES).'] });
});

test('a file may use the names of flags', () => {
  assert.equal(configOf({ files: { '.env': 'imagor-secret=a' } }).imagorSecret, 'a');
});

test('a mistake in the file is told with its line', () => {
  const files = { 'x.env': '# settings\nPORT=high\nwhat\n' };
  assert.deepEqual(problemsOf({ files, argv: ['-config=x.env'] }), [
    'x.env, line 3: write NAME=value, or begin the line with # if it is a comment.',
    'PORT (x.env, line 2) must be a whole number from 0 to 65535.',
  ]);
});

test('a secret that a comment may belong to is not guessed at', () => {
  const files = { '.env': 'PORT=80 # the port\nIMAGOR_SECRET=my secret # 1' };
  assert.deepEqual(problemsOf({ files }), [
    'IMAGOR_SECRET (.env, line 2) holds a # after a space: put the value in quotes, or the comment on a line of its own.',
  ]);
});

test('all that is wrong is said at once, each with the name it was set by', () => {
  const problems = problemsOf({
    argv: ['-port', 'x', '-prot=1'],
    env: { IMAGOR_REQUEST_TIMEOUT: '30', IMAGOR_SIGNER_TYPE: 'md5', HTTP_LOADER_ALLOWED_SOURCE_REGEXP: '(' },
  });
  assert.deepEqual(problems, [
    'There is no flag -prot; did you mean -port?',
    '-port must be a whole number from 0 to 65535.',
    'IMAGOR_SIGNER_TYPE must be one of sha1, sha256, sha512.',
    'IMAGOR_REQUEST_TIMEOUT must be a duration with its unit, such as 30s, 1m30s or 24h, and at most 596h.',
    'HTTP_LOADER_ALLOWED_SOURCE_REGEXP must be a regular expression in RE2 syntax (https://github.com/google/re2/wiki/Syntax).',
  ]);
});

test('a bad value that something else wins over does no harm', () => {
  assert.equal(configOf({ argv: ['-port=1'], env: { PORT: 'x' } }).port, 1);
});

test('help and version come before anything that is wrong', () => {
  assert.deepEqual(parse({ argv: ['-prot', '-h'] }), { command: 'help' });
  assert.deepEqual(parse({ argv: ['-version'], env: { PORT: 'x' } }), { command: 'version' });
  assert.deepEqual(parse({ env: { VERSION: '1' } }), { command: 'version' });
});

test('a zero means the default where imagor has it so, and its origin with it', () => {
  const { config, origins } = serve({
    env: { VIPS_MAX_WIDTH: '0', IMAGOR_LOAD_TIMEOUT: '0s', IMAGOR_PROCESS_QUEUE_SIZE: '0' },
  });
  assert.deepEqual(
    [config.vipsMaxWidth, config.imagorLoadTimeoutMs, config.imagorProcessQueueSize],
    [9999, 20_000, 256],
  );
  assert.equal(origins.vipsMaxWidth, 'default');
});

test('single quotes around a secret are said to be none of it', () => {
  const { config, warnings } = serve({ files: { '.env': "IMAGOR_SECRET='abc'\nIMAGOR_SIGNER_TYPE='sha256'\n" } });
  assert.equal(config.imagorSecret, 'abc');
  assert.equal(warnings.length, 1);
  assert.match(warnings[0] ?? '', /^IMAGOR_SECRET \(\.env, line 1\): the single quotes/);
});

test('what has no effect is said', () => {
  assert.deepEqual(serve({ env: { IMAGOR_UNSAFE: '1', GOMAXPROCS: '4' } }).warnings, [
    'GOMAXPROCS: without effect, for there is no Go runtime to tune, see IMAGOR_WORKERS.',
  ]);
});

test('results among the sources are told of', () => {
  const warned = (env: Readonly<Record<string, string>>): string =>
    serve({ env: { IMAGOR_UNSAFE: '1', ...env } }).warnings.join();
  const s3 = {
    S3_ENDPOINT: 'http://s3.test',
    S3_LOADER_BUCKET: 'pictures/images',
    S3_RESULT_STORAGE_BUCKET: 'pictures',
  };
  assert.equal(warned(s3), '');
  assert.match(
    warned({ ...s3, S3_RESULT_STORAGE_BASE_DIR: '/images/' }),
    /very directory of S3_LOADER_BUCKET.*S3_RESULT_STORAGE_BASE_DIR/,
  );
  assert.equal(
    warned({ ...s3, S3_RESULT_STORAGE_BASE_DIR: 'images', S3_RESULT_STORAGE_ENDPOINT: 'http://other.test' }),
    '',
  );
  const wildcard = { S3_LOADER_BUCKET: '*', S3_RESULT_STORAGE_BUCKET: '*' };
  assert.equal(warned(wildcard), '');
  assert.match(
    warned({ FILE_STORAGE_BASE_DIR: './kept', FILE_RESULT_STORAGE_BASE_DIR: 'kept/' }),
    /FILE_STORAGE_BASE_DIR.*FILE_RESULT_STORAGE_BASE_DIR/,
  );
});

test('unknown variables warn, in the environment and in the file', () => {
  const env = { IMAGOR_UNSAFE: '1', IMAGOR_SECRTE: 's3cret', HOME: '/' };
  assert.deepEqual(serve({ env, files: { '.env': 'VIPS_MAX_WITH=1\nOTHER=1' } }).warnings, [
    'There is no option VIPS_MAX_WITH; did you mean VIPS_MAX_WIDTH?',
    'There is no option IMAGOR_SECRTE; did you mean IMAGOR_SECRET?',
  ]);
});

test('contradictions are refused', () => {
  const cases: readonly [Record<string, string>, RegExp][] = [
    [{ IMAGOR_SECRET: 'a', IMAGOR_SECRETS: 'a,b' }, /^IMAGOR_SECRET and IMAGOR_SECRETS/],
    [{ IMAGOR_PROCESS_CONCURRENCY: '-1', IMAGOR_PROCESS_QUEUE_SIZE: '10' }, /^IMAGOR_PROCESS_QUEUE_SIZE/],
    [{ HTTP_LOADER_HTTPS_ONLY: '1', HTTP_LOADER_DEFAULT_SCHEME: 'http' }, /DEFAULT_SCHEME/],
    [{ HTTP_LOADER_HTTPS_ONLY: '1', HTTP_LOADER_BASE_URL: 'http://a' }, /BASE_URL/],
    [{ S3_LOADER_BUCKET: 'abc', AWS_ACCESS_KEY_ID: 'a' }, /^AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY go together/],
    [{ S3_LOADER_BUCKET: 'abc', AWS_SESSION_TOKEN: 'a' }, /^AWS_SESSION_TOKEN goes with/],
    [
      { S3_LOADER_BUCKET_ROUTER_CONFIG: 'a.yaml', AWS_LOADER_SECRET_ACCESS_KEY: 'a' },
      /^AWS_LOADER_ACCESS_KEY_ID and AWS_LOADER_SECRET/,
    ],
    [{ S3_STORAGE_BUCKET: 'abc', AWS_STORAGE_ACCESS_KEY_ID: 'a' }, /^AWS_STORAGE_ACCESS_KEY_ID and/],
    [{ S3_STORAGE_BUCKET: 'abc', AWS_STORAGE_SESSION_TOKEN: 'a' }, /^AWS_STORAGE_SESSION_TOKEN goes with/],
    [{ S3_RESULT_STORAGE_BUCKET: 'abc', AWS_RESULT_STORAGE_ACCESS_KEY_ID: 'a' }, /^AWS_RESULT_STORAGE_ACCESS_KEY_ID/],
  ];
  for (const [env, sentence] of cases) {
    const problems = problemsOf({ env });
    assert.equal(problems.length, 1);
    assert.match(problems[0] ?? '', sentence);
  }
});

test('what only looks like a contradiction passes', () => {
  const cases: readonly Record<string, string>[] = [
    { IMAGOR_PROCESS_CONCURRENCY: '-1' },
    { IMAGOR_PROCESS_CONCURRENCY: '-1', IMAGOR_PROCESS_QUEUE_SIZE: '0' },
    { IMAGOR_PROCESS_CONCURRENCY: '-1', IMAGOR_PROCESS_QUEUE_SIZE: '-1' },
    { BIND: ':1', PORT: '2' },
    { HTTP_LOADER_HTTPS_ONLY: '1', HTTP_LOADER_DEFAULT_SCHEME: 'nil' },
    { IMAGOR_REQUEST_TIMEOUT: '10s' },
    { VIPS_UNLIMITED: '1' },
    { HTTP_LOADER_DISABLE: '1', FILE_LOADER_BASE_DIR: '/a' },
    { HTTP_LOADER_DISABLE: '1', S3_LOADER_BUCKET: 'abc' },
    { HTTP_LOADER_DISABLE: '1', S3_LOADER_BUCKET_ROUTER_CONFIG: 'a.yaml' },
    { HTTP_LOADER_DISABLE: '1', GCLOUD_LOADER_BUCKET: 'abc' },
    { HTTP_LOADER_DISABLE: '1', UPLOAD_LOADER_ENABLE: '1', IMAGOR_UNSAFE: '1' },
    { AWS_ACCESS_KEY_ID: 'a' },
    { S3_LOADER_BUCKET: 'abc', AWS_STORAGE_ACCESS_KEY_ID: 'a' },
    { S3_LOADER_BUCKET: 'abc', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', AWS_SESSION_TOKEN: 'c' },
    { S3_LOADER_BUCKET: '*', S3_RESULT_STORAGE_BUCKET: '*', S3_STORAGE_BUCKET: '*' },
    { S3_LOADER_BUCKET_ROUTER_CONFIG: 'a.yaml', S3_RESULT_STORAGE_BUCKET: '*' },
    { S3_LOADER_BUCKET: 'abc', S3_STORAGE_CLASS: 'GLACIER' },
  ];
  for (const env of cases) assert.deepEqual(serve({ env: { ...env, IMAGOR_SECRET: 'a' } }).warnings, []);
});

test('doubtful settings warn', () => {
  const cases: readonly [Record<string, string>, RegExp][] = [
    [{ IMAGOR_UNSAFE: '0' }, /^Neither IMAGOR_SECRET nor IMAGOR_UNSAFE is set/],
    [{ IMAGOR_SECRETS: 'a', HTTP_LOADER_DISABLE: '1' }, /no other loader/],
    [{ IMAGOR_SECRETS: 'a', HTTP_LOADER_DISABLE: '1', UPLOAD_LOADER_ENABLE: '1' }, /no other loader/],
    [{ IMAGOR_SECRET: 'a', S3_RESULT_STORAGE_BUCKET: '*' }, /^S3_RESULT_STORAGE_BUCKET is \*/],
    [{ IMAGOR_SECRET: 'a', S3_STORAGE_BUCKET: '*', IMAGOR_STORAGE_PATH_STYLE: 'digest' }, /^S3_STORAGE_BUCKET is \*/],
    [{ IMAGOR_SECRET: 'a', S3_STORAGE_BUCKET: 'abc', S3_STORAGE_CLASS: 'GLACIER' }, /^S3_STORAGE_CLASS is GLACIER/],
    [{ IMAGOR_SECRET: 'a', IMAGOR_LOAD_TIMEOUT: '40s' }, /^IMAGOR_LOAD_TIMEOUT/],
    [{ IMAGOR_SECRET: 'a', IMAGOR_PROCESS_TIMEOUT: '40s' }, /^IMAGOR_PROCESS_TIMEOUT/],
    [{ IMAGOR_SECRET: 'a', VIPS_UNLIMITED: '1', VIPS_MAX_WIDTH: '100' }, /^VIPS_UNLIMITED/],
  ];
  for (const [env, sentence] of cases) {
    const { warnings } = serve({ env });
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? '', sentence);
  }
});

test('no message repeats a value, wherever it was put', () => {
  const secret = 'S3cr3t/With=Signs';
  const inputs: Input[] = OPTIONS.flatMap(({ env, flag }) => [
    { env: { [env]: secret } },
    { env: { [`${env}_X`]: secret } },
    { argv: [`-${flag}`, secret] },
    { argv: [`-${flag}=${secret}`, secret] },
    { argv: [`-${flag}x`, secret] },
    { files: { '.env': `${env}=${secret}` } },
    { files: { '.env': `${env}="${secret}` } },
    { files: { '.env': `${env}=x ${secret} # ${secret}` } },
  ]);
  inputs.push({ argv: [secret] }, { argv: [`-${secret}`] }, { argv: ['--', secret] }, { files: { '.env': secret } });
  for (const input of inputs) {
    const texts = [...problemsOf(input)];
    if (texts.length === 0) {
      const parsed = parse(input);
      if (parsed.command === 'serve') texts.push(...parsed.warnings);
    }
    assert.ok(!texts.join('\n').includes('S3cr3t'), JSON.stringify(input));
  }
});

test('whatever comes in, there is a configuration or a ConfigError with sentences', () => {
  const flags = OPTIONS.map(({ flag }) => `-${flag}`);
  const word = fc.oneof(
    fc.string(),
    fc.constantFrom(...flags, '--', '-', '-=', '--port=1', '-h=', '1', '0s', ',', 'true'),
  );
  const name = fc.oneof(fc.string(), fc.constantFrom(...OPTIONS.map(({ env }) => env), '__proto__', 'IMAGOR_'));
  const env = fc.dictionary(name, fc.option(word, { nil: undefined }), { maxKeys: 6 });
  fc.assert(
    fc.property(fc.array(word, { maxLength: 8 }), env, fc.string(), (argv, variables, file) => {
      try {
        parseConfig(argv, variables, () => file);
      } catch (error) {
        assert.ok(error instanceof ConfigError, String(error));
        assert.ok(error.problems.length > 0);
        for (const problem of error.problems) assert.match(problem, /^\S.*[.?]$/s);
      }
    }),
    { numRuns: 1000 },
  );
});
