import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ConfigError } from '../../../src/config/config-error.ts';
import { OPTIONS } from '../../../src/config/option.ts';
import { parseConfig } from '../../../src/config/parse.ts';
import { checkProperty } from '../check-property.ts';
import type { FuzzTarget } from '../fuzz-target.ts';

/** In every value: no message may repeat it. */
const SECRET = 'S3cr3t';

const name = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...OPTIONS.map(({ env }) => env)) },
  fc.constantFrom('__proto__', 'constructor', 'IMAGOR_', 'export IMAGOR_SECRET', '', '=', '#'),
  fc.string({ maxLength: 9 }),
);
const value = fc.oneof(
  fc.constantFrom(
    '1',
    '0',
    'true',
    '-1',
    '1e9',
    '9'.repeat(40),
    '1h',
    '0777',
    'sha256',
    'a,b',
    '127.0.0.0/8',
    '(',
    '[',
  ),
  fc.constantFrom(`"${SECRET}"`, `'${SECRET}`, `${SECRET} # ${SECRET}`, `"${SECRET}\\n"`, `http://${SECRET}@/`),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
const line = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(name, value).map((parts) => parts.join('=')) },
  fc.constantFrom('', '# comment', SECRET, '\uFEFF', '\r', `=${SECRET}`, `${SECRET} ${SECRET}=1`),
  fc.string({ unit: 'binary', maxLength: 40 }),
);

/** `.env` files: a configuration comes of them, or sentences without any of their values. */
export const configurations: FuzzTarget = {
  name: 'configurations',
  what: '.env files: a configuration, or sentences that repeat no value',
  runs: { short: 4_000, long: 100_000 },
  run: (session) =>
    checkProperty(session, {
      arbitrary: fc.array(line, { maxLength: 8 }).map((lines) => lines.join('\n')),
      examine(text) {
        try {
          const parsed = parseConfig([], {}, () => text);
          if (parsed.command === 'serve') assertNothingTold(parsed.warnings);
          return 'a configuration';
        } catch (error) {
          if (!(error instanceof ConfigError)) throw error;
          assert.ok(error.problems.length > 0);
          for (const problem of error.problems) assert.match(problem, /^\S.*[.?]$/s);
          assertNothingTold(error.problems);
          return 'refused';
        }
      },
      show: (text) => text,
      extension: 'env',
    }),
};

function assertNothingTold(sentences: readonly string[]): void {
  assert.ok(!sentences.join('\n').includes(SECRET), sentences.join('\n'));
}
