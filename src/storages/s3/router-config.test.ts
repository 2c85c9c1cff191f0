import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AppError } from '../../errors.ts';
import { parseRouterConfig } from './router-config.ts';

const EXAMPLE = `
routing_pattern: "^[a-f0-9]{4}-(?P<bucket>[A-Za-z0-9]+)-" # a comment
default_bucket:
  name: photos-default
  region: us-east-1
fallback_buckets:
  - name: photos-archive
    region: us-west-2
rules:
  - match: SG
    bucket:
      name: photos-singapore
      region: ap-southeast-1
  - match: EU
    bucket:
      name: photos-eu
      region: eu-west-1
      endpoint: https://s3.example.com
      access_key_id: KEY
      secret_access_key: SECRET
      session_token: TOKEN
`;

const BUCKET = { region: '', endpoint: '', accessKeyId: '', secretAccessKey: '', sessionToken: '' };

/** What is said about a file. */
function refusal(text: string): string {
  try {
    parseRouterConfig(text, 'routes.yaml');
  } catch (error) {
    assert.ok(error instanceof AppError);
    assert.equal(error.code, 'invalid');
    return error.publicMessage;
  }
  return assert.fail('it was accepted');
}

describe('parseRouterConfig', () => {
  it('reads everything there is to say', () => {
    const { route, rules, defaultBucket, fallbackBuckets } = parseRouterConfig(EXAMPLE, 'routes.yaml');
    assert.equal(route('f7a3-SG-a.jpg')?.bucket, 'SG');
    assert.deepEqual(defaultBucket, { ...BUCKET, name: 'photos-default', region: 'us-east-1' });
    assert.deepEqual(fallbackBuckets, [{ ...BUCKET, name: 'photos-archive', region: 'us-west-2' }]);
    assert.deepEqual([...rules.keys()], ['SG', 'EU']);
    assert.deepEqual(rules.get('EU'), {
      name: 'photos-eu',
      region: 'eu-west-1',
      endpoint: 'https://s3.example.com',
      accessKeyId: 'KEY',
      secretAccessKey: 'SECRET',
      sessionToken: 'TOKEN',
    });
  });

  it('needs no more than a pattern', () => {
    const { rules, defaultBucket, fallbackBuckets } = parseRouterConfig(
      'routing_pattern: "^(?P<bucket>[^/]+)/"\ndefault_bucket:\nrules: []\n',
      'routes.yaml',
    );
    assert.deepEqual([rules.size, defaultBucket, fallbackBuckets.length], [0, undefined, 0]);
  });

  it('takes names and keys that look like numbers for text', () => {
    const text = 'routing_pattern: "(?P<bucket>.)"\nrules:\n  - match: 007\n    bucket: {name: 123}\n';
    assert.equal(parseRouterConfig(text, 'routes.yaml').rules.get('007')?.name, '123');
  });

  const PATTERN = 'routing_pattern: "(?P<bucket>.)"\n';
  const REFUSED: Readonly<Record<string, readonly [text: string, message: RegExp]>> = {
    'no YAML': ['routing_pattern: "x\nrules: [', /^routes\.yaml, line \d+: /],
    'an empty file': ['', /line 1: the file must have fields/],
    'a list': ['- a\n', /line 1: the file must have fields/],
    'no pattern': ['rules: []\n', /line 1: routing_pattern is missing/],
    'a bad pattern': ['\nrouting_pattern: "(?P<bucket>["\n', /line 2: routing_pattern is no RE2 expression/],
    'no bucket group': ['routing_pattern: "^a"\n', /line 1: routing_pattern needs a group/],
    'an unknown field': [`${PATTERN}defaultbucket: {name: a}\n`, /line 2: the file has no field of such a name/],
    'an unknown field of a bucket': [
      `${PATTERN}default_bucket:\n  name: a\n  zone: b\n`,
      /line 4: a bucket has no field/,
    ],
    'an unknown field of a rule': [`${PATTERN}rules:\n  - match: a\n    buckets: {name: b}\n`, /line 4: a rule has no/],
    'a bucket without a name': [`${PATTERN}default_bucket:\n  region: a\n`, /line 3: a bucket without a name/],
    'a rule without match': [`${PATTERN}rules:\n  - bucket: {name: b}\n`, /line 3: a rule without match/],
    'two rules of a match': [
      `${PATTERN}rules:\n  - {match: a, bucket: {name: b}}\n  - {match: a, bucket: {name: c}}\n`,
      /line 4: a second rule of the same match/,
    ],
    'three fallbacks': [
      `${PATTERN}fallback_buckets: [{name: a}, {name: b}, {name: c}]\n`,
      /line 2: more than 2 fallback_buckets/,
    ],
    'half a pair of keys': [
      `${PATTERN}default_bucket: {name: a, access_key_id: SECRETLY}\n`,
      /line 2: access_key_id and/,
    ],
    'an endpoint without a scheme': [
      `${PATTERN}default_bucket: {name: a, endpoint: s3.example.com}\n`,
      /line 2: an endpoint/,
    ],
    'a map for a list': [`${PATTERN}rules: {match: a}\n`, /line 2: a list is expected/],
    'a list for a text': [`${PATTERN}default_bucket: {name: [a]}\n`, /line 2: name must be a text/],
    'a field twice': [`${PATTERN}${PATTERN}`, /line 2: a second field/],
    'a key beside its quotes': [`${PATTERN}default_bucket: "a" SECRETLY\n`, /line 2: something that must not stand/],
    'a key where a block begins': [`${PATTERN}default_bucket: | SECRETLY\n`, /line 2: something that must not stand/],
    'a key that looks like an alias': [`${PATTERN}default_bucket: *SECRETLY\n`, /line 2: a bucket must have fields/],
    'brackets without end': ['['.repeat(20_000), /^routes\.yaml is no router: it goes more than 100 levels deep/],
    'lists without end': ['- '.repeat(20_000), /more than 100 levels deep/],
  };
  for (const [what, [text, message]] of Object.entries(REFUSED)) {
    it(`S44 refuses ${what}, by file, line and reason`, () => {
      assert.match(refusal(text), message);
      assert.doesNotMatch(refusal(text), /SECRETLY/);
    });
  }
});
