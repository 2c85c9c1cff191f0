import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseDotenv } from './dotenv.ts';

function read(text: string): Record<string, string> {
  const { entries, problems } = parseDotenv(text);
  assert.deepEqual(problems, []);
  return Object.fromEntries(entries.map(({ name, value }) => [name, value]));
}

test('reads names and values', () => {
  assert.deepEqual(read('A=1\n\n  B = two words \r\n# comment\n\t# another\nexport C=3\nimagor-secret=x=y=='), {
    A: '1',
    B: 'two words',
    C: '3',
    'imagor-secret': 'x=y==',
  });
});

test('counts lines from 1 and keeps their order', () => {
  const { entries } = parseDotenv('\uFEFFA=1\n\nA=2');
  assert.deepEqual(
    entries.map(({ value, line }) => [value, line]),
    [
      ['1', 1],
      ['2', 3],
    ],
  );
});

test('an empty value is an empty value', () => {
  assert.deepEqual(read('A=\nB=""\nC=   # nothing yet'), { A: '', B: '', C: '' });
});

test('takes quotes away', () => {
  assert.deepEqual(read(`A=" a "\nB='it is "so"'\nC=\`raw \\n\`\nD='\\n'\nE="a # b" # c\nF='#'#`), {
    A: ' a ',
    B: 'it is "so"',
    C: 'raw \\n',
    D: '\\n',
    E: 'a # b',
    F: '#',
  });
});

test('knows the escapes of double quotes', () => {
  assert.deepEqual(read('A="1\\n2\\t3\\r"\nB="\\"\\\\\\$HOME"\nC="\\\\d"'), {
    A: '1\n2\t3\r',
    B: '"\\$HOME',
    C: '\\d',
  });
});

test('a # begins a comment only after a space, and says so', () => {
  const { entries } = parseDotenv('A=a#b\nB=#b\nC=a #b\nD= # c\nE="a" # c\nF=\'a\' # c');
  assert.deepEqual(
    entries.map(({ value, dropped }) => [value, dropped]),
    [
      ['a#b', undefined],
      ['#b', undefined],
      ['a', 'comment'],
      ['', undefined],
      ['a', undefined],
      ['a', 'single quotes'],
    ],
  );
});

test('names the line of each mistake and repeats nothing of it', () => {
  const { entries, problems } = parseDotenv('s3cret\nA="s3cret\nB="s3" cret\nC="\\s3cret"\n=s3cret\ns3 cret=1\nD=1');
  assert.deepEqual(
    problems.map((problem) => problem.slice(0, 7)),
    ['line 1:', 'line 2:', 'line 3:', 'line 4:', 'line 5:', 'line 6:'],
  );
  assert.doesNotMatch(problems.join(), /s3/);
  assert.deepEqual(entries, [{ name: 'D', value: '1', line: 7, dropped: undefined }]);
});

test('reads any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'A=#"\'`\\ \n\rné') }), (text) => Boolean(parseDotenv(text))),
  );
});

test('reads back any value that is quoted', () => {
  fc.assert(
    fc.property(fc.string(), (value) => {
      const quoted = value.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n');
      return parseDotenv(`A="${quoted}"`).entries[0]?.value === value;
    }),
  );
});
