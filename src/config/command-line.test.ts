import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCommandLine } from './command-line.ts';

function read(...argv: string[]): Record<string, string> {
  const { settings, problems } = readCommandLine(argv);
  assert.deepEqual(problems, []);
  return Object.fromEntries(settings);
}

function problemsOf(...argv: string[]): readonly string[] {
  return readCommandLine(argv).problems;
}

test('reads the four ways to write a flag', () => {
  assert.deepEqual(read('-port', '1'), { port: '1' });
  assert.deepEqual(read('-port=1'), { port: '1' });
  assert.deepEqual(read('--port', '1'), { port: '1' });
  assert.deepEqual(read('--port=1'), { port: '1' });
});

test('a value may be empty, begin with a dash, or hold an equals sign', () => {
  assert.deepEqual(read('-imagor-secret=', '-vips-concurrency', '-1', '-bind', '--', '-imagor-base-params=a=b\nc'), {
    'imagor-secret': '',
    'vips-concurrency': '-1',
    bind: '--',
    'imagor-base-params': 'a=b\nc',
  });
});

test('a switch stands alone or has its value behind an equals sign', () => {
  assert.deepEqual(read('-debug', '-imagor-unsafe=false', '-server-cors='), {
    debug: 'true',
    'imagor-unsafe': 'false',
    'server-cors': '',
  });
});

test('the last of equal flags counts', () => {
  assert.deepEqual(read('-port=1', '-port=2'), { port: '2' });
});

test('two dashes end the flags', () => {
  assert.deepEqual(read('-port=1', '--'), { port: '1' });
  assert.deepEqual(problemsOf('--', '-port=1'), [
    'Argument 2 is not a flag: only flags and their values are taken, and a value with spaces needs quotes.',
  ]);
});

test('knows when help is wanted, and when it is a value', () => {
  for (const flag of ['-h', '--h', '-help', '--help', '-help=1']) assert.ok(readCommandLine([flag]).isHelp, flag);
  assert.ok(!readCommandLine(['-imagor-secret', '-h']).isHelp);
  assert.ok(!readCommandLine(['--', '-h']).isHelp);
});

test('an argument that is no flag is a problem, and the flags behind it still count', () => {
  const { settings, problems } = readCommandLine(['-debug', 'true', '-port', '80', 'x', '-', '---port', '-=1']);
  assert.deepEqual(
    [...settings],
    [
      ['debug', 'true'],
      ['port', '80'],
    ],
  );
  assert.equal(
    problems[0],
    'Argument 2, after -debug, is not a flag: a switch takes its value behind an equals sign, as in -debug=false.',
  );
  assert.equal(problems.length, 5);
});

test('a flag that wants a value says which', () => {
  assert.deepEqual(problemsOf('-port'), ['-port needs a value: a whole number from 0 to 65535.']);
});

test('an unknown flag gets the nearest name, and takes its value along', () => {
  assert.deepEqual(problemsOf('-imagor-secrt', 's3cret', '-debug'), [
    'There is no flag -imagor-secrt; did you mean -imagor-secret?',
  ]);
  assert.deepEqual(problemsOf('--nothing-of-the-kind=s3cret'), [
    'There is no flag -nothing-of-the-kind, see imagor -h.',
  ]);
  assert.deepEqual(problemsOf('-S3cret'), ['Argument 1 is not a flag of imagor, see imagor -h.']);
});
