import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ConfigError } from '../config/config-error.ts';
import { COMMANDS } from './commands.ts';
import { findCommand } from './find-command.ts';

const find = (...argv: readonly string[]) => {
  const { command, rest } = findCommand(argv, COMMANDS);
  return [command?.name, ...rest];
};

const saying = (pattern: RegExp) => (error: unknown) => error instanceof ConfigError && pattern.test(error.message);

describe('findCommand', () => {
  it('serves unless it is told otherwise', () => {
    assert.deepEqual(find(), [undefined]);
    assert.deepEqual(find('-port', 'sign'), [undefined, '-port', 'sign']);
    assert.deepEqual(find('serve', '-debug'), [undefined, '-debug']);
  });

  it('finds commands of one word and of two', () => {
    assert.deepEqual(find('sign', 'a.jpg'), ['sign', 'a.jpg']);
    assert.deepEqual(find('s3', 'check', '-debug'), ['s3 check', '-debug']);
  });

  it('knows what was meant', () => {
    for (const [written, meant] of [
      ['sing', 'sign'],
      ['explian', 'explain'],
      ['server', 'serve'],
    ] as const) {
      assert.throws(() => find(written), saying(new RegExp(`did you mean imagor ${meant}\\?`)));
    }
    assert.throws(() => find('s3', 'chek'), saying(/did you mean imagor s3 check\?/));
  });

  it('serves nothing by the name of a file, and does not repeat what may be a secret', () => {
    for (const word of ['photo.jpg', './pictures', 'dGhpcyBpcyBhIHNlY3JldA', 's3']) {
      assert.throws(() => find(word), saying(/no command; there are serve, sign, /));
      assert.throws(
        () => find(word),
        (error: Error) => word === 's3' || !error.message.includes(word),
      );
    }
  });
});
