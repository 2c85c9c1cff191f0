import assert from 'node:assert/strict';
import fc from 'fast-check';
import { AppError } from '../../../src/errors.ts';
import { parseRouterConfig } from '../../../src/storages/s3/router-config.ts';
import { checkProperty } from '../check-property.ts';
import type { FuzzTarget } from '../fuzz-target.ts';

const SECRET = 'S3cr3t';

/** A laugh at every parser that copies what an alias stands for. */
const MANY_ALIASES = `a: &a [${SECRET},${SECRET}]\nb: &b [*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c]`;

const scalar = fc.oneof(
  fc.constantFrom(
    ...['bucket-a', '^(?<bucket>[^/]+)/', '(?P<bucket>a+)+$', '(', 'null', '~', 'true', '0x10', '.inf', '2024-01-01'],
    ...[
      `"${SECRET}"`,
      `'${SECRET}`,
      `!!js/function ${SECRET}`,
      `&x ${SECRET}`,
      '*x',
      '<<',
      '|',
      '>-',
      '[',
      '{',
      '? ',
      '- -',
    ],
  ),
  fc.string({ maxLength: 12 }),
);
const key = fc.oneof(
  fc.constantFrom(
    ...['routing_pattern', 'default_bucket', 'fallback_buckets', 'rules', 'match', 'bucket', 'name', 'region'],
    ...['endpoint', 'access_key_id', 'secret_access_key', 'session_token', '__proto__', '<<', SECRET],
  ),
  fc.string({ maxLength: 6 }),
);
const line = fc
  .tuple(
    fc.integer({ min: 0, max: 4 }),
    fc.constantFrom('', '- ', '? ', '# '),
    key,
    fc.constantFrom(': ', ':', ' '),
    scalar,
  )
  .map(([depth, dash, name, colon, text]) => `${'  '.repeat(depth)}${dash}${name}${colon}${text}`);
const valid = fc
  .tuple(scalar, scalar, scalar)
  .map(
    ([pattern, name, secret]) =>
      `routing_pattern: ${pattern}\ndefault_bucket:\n  name: ${name}\n  secret_access_key: ${secret}\nrules:\n  - match: a\n    bucket:\n      name: ${name}`,
  );

/** Files of the bucket router: a configuration comes of them, or one sentence without any of their values. */
export const routers: FuzzTarget = {
  name: 'routers',
  what: 'YAML files of the bucket router: a configuration, or a sentence that repeats no key',
  runs: { short: 4_000, long: 30_000 },
  run: (session) =>
    checkProperty(session, {
      arbitrary: fc.oneof(
        { weight: 4, arbitrary: fc.array(line, { maxLength: 10 }).map((lines) => lines.join('\n')) },
        { weight: 3, arbitrary: valid },
        { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
        {
          weight: 1,
          arbitrary: fc.constantFrom(
            MANY_ALIASES,
            ...['[', '- ', '{a: ', '? ', '['].map((level) => level.repeat(30_000)),
          ),
        },
      ),
      examine(text) {
        try {
          parseRouterConfig(text, 'router.yaml');
          return 'a configuration';
        } catch (error) {
          if (!(error instanceof AppError) || error.code !== 'invalid') throw error;
          assert.ok(!error.publicMessage.includes(SECRET), error.publicMessage);
          assert.match(error.publicMessage, /^router\.yaml/);
          return 'refused';
        }
      },
      show: (text) => text,
      extension: 'yaml',
    }),
};
