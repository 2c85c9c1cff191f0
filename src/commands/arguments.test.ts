import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OPTIONS } from '../config/option.ts';
import { readArguments } from './arguments.ts';
import { COMMANDS } from './commands.ts';

const COMMAND = {
  name: 'try',
  operands: 'PATH…',
  flags: { source: { argument: 'WIDTHxHEIGHT', help: '' }, json: { help: '' } },
};

const read = (...argv: readonly string[]) => {
  const { flags, ...others } = readArguments(argv, COMMAND);
  return { ...others, flags: Object.fromEntries(flags) };
};

describe('readArguments', () => {
  it('parts operands, own flags and the server’s flags, in any order', () => {
    assert.deepEqual(read('a.jpg', '-imagor-secret', 's', '--json', 'b.jpg', '-source=9x9', '-debug', 'c.jpg'), {
      operands: ['a.jpg', 'b.jpg', 'c.jpg'],
      flags: { json: 'true', source: '9x9' },
      serverFlags: ['-imagor-secret', 's', '-debug'],
      problems: [],
    });
  });

  it('takes paths that begin with a dash for what they are', () => {
    const paths = ['-300x200/a.jpg', '-x-/a.jpg', '-1x1/filters:blur(1)/b=c.jpg', '-', '--1x1/a.jpg'];
    assert.deepEqual(read(...paths, '--', '-port', '-json').operands, [...paths, '-port', '-json']);
  });

  it('takes a value as it comes, whatever it looks like', () => {
    assert.deepEqual(read('-imagor-secret', '-300x200/a.jpg').serverFlags, ['-imagor-secret', '-300x200/a.jpg']);
    assert.deepEqual(read('-source', '-json').flags, { source: '-json' });
    assert.deepEqual(read('-imagor-secret=a/b').serverFlags, ['-imagor-secret=a/b']);
  });

  it('leaves unknown flags to whoever knows the server’s', () => {
    assert.deepEqual(read('-imagor-sekret=a', '-photo.jpg').serverFlags, ['-imagor-sekret=a', '-photo.jpg']);
  });

  it('says what is missing or too much', () => {
    assert.deepEqual(read('-source').problems, ['-source needs a value: WIDTHxHEIGHT.']);
    const { problems } = readArguments(['a.jpg'], { ...COMMAND, operands: '' });
    assert.deepEqual(problems, ['imagor try takes options only, see imagor try -h.']);
  });
});

it('no command has a flag by a name of the server’s', () => {
  const taken = new Set([...OPTIONS.map(({ flag }) => flag), 'h', 'help']);
  for (const { flags } of COMMANDS) for (const flag of Object.keys(flags)) assert.ok(!taken.has(flag), flag);
});
