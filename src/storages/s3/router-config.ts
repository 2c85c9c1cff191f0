import type { Node } from 'yaml';
import { isConfiguredBucket, splitBucketSetting } from './bucket-name.ts';
import { isEndpoint } from './endpoint.ts';
import { isRegion } from './region.ts';
import { compileRoute, type RouteKey } from './route.ts';
import { YamlFile } from './yaml-file.ts';

/** A bucket of its own account or region; empty for what the role decides. */
export interface BucketSettings {
  readonly name: string;
  readonly region: string;
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** What a bucket router's file says. */
export interface RouterConfig {
  readonly route: RouteKey;
  /** By what the pattern's group `bucket` matches. */
  readonly rules: ReadonlyMap<string, BucketSettings>;
  /** For keys that no rule has a bucket for. */
  readonly defaultBucket: BucketSettings | undefined;
  /** Asked in order for what a key's own bucket does not have; two at most. */
  readonly fallbackBuckets: readonly BucketSettings[];
}

const MAX_FALLBACKS = 2;

const FILE_FIELDS = ['routing_pattern', 'default_bucket', 'fallback_buckets', 'rules'];

const BUCKET_FIELDS = {
  name: 'name',
  region: 'region',
  endpoint: 'endpoint',
  access_key_id: 'accessKeyId',
  secret_access_key: 'secretAccessKey',
  session_token: 'sessionToken',
} as const satisfies Record<string, keyof BucketSettings>;

const UNNAMED: BucketSettings = {
  name: '',
  region: '',
  endpoint: '',
  accessKeyId: '',
  secretAccessKey: '',
  sessionToken: '',
};

/** Where parts that aliases repeat may stand: as in compose files. */
const EXTENSION = /^x-/;

/**
 * Reads the file of a bucket router.
 *
 * @param file Its name, for the messages.
 * @param defaultName Names the default bucket, which keeps whatever else the file says of it; empty for the file's name.
 * @throws AppError `invalid`, with file, line and reason, for anything that is not as it should be. No value is repeated:
 * there are keys in such files.
 */
export function parseRouterConfig(text: string, file: string, defaultName: string = ''): RouterConfig {
  const yaml = new YamlFile(text, file);
  const isKnown = (name: string): boolean => FILE_FIELDS.includes(name) || EXTENSION.test(name);
  const fields = yaml.fields(yaml.root, 'the file', FILE_FIELDS, isKnown);
  const fallbacks = yaml.list(fields.get('fallback_buckets'));
  if (fallbacks.length > MAX_FALLBACKS) {
    throw yaml.problem(fields.get('fallback_buckets'), `more than ${MAX_FALLBACKS} fallback_buckets`);
  }
  return {
    route: readRoute(yaml, fields.get('routing_pattern')),
    rules: readRules(yaml, fields.get('rules')),
    defaultBucket: readDefault(yaml, fields.get('default_bucket'), defaultName),
    fallbackBuckets: fallbacks.map((node) => readBucket(yaml, node)),
  };
}

function readRoute(yaml: YamlFile, node: Node | undefined): RouteKey {
  const pattern = yaml.text(node, 'routing_pattern');
  if (pattern === '') throw yaml.problem(node, 'routing_pattern is missing');
  try {
    return compileRoute(pattern);
  } catch (error) {
    throw yaml.problem(node, error instanceof Error ? error.message : String(error));
  }
}

function readRules(yaml: YamlFile, node: Node | undefined): Map<string, BucketSettings> {
  const rules = new Map<string, BucketSettings>();
  for (const item of yaml.list(node)) {
    const fields = yaml.fields(item, 'a rule', ['match', 'bucket']);
    // an empty text is what an optional group finds
    if (!yaml.isGiven(fields.get('match'))) throw yaml.problem(item, 'a rule without match');
    const match = yaml.text(fields.get('match'), 'match');
    if (rules.has(match)) throw yaml.problem(item, 'a second rule of the same match');
    rules.set(match, readBucket(yaml, fields.get('bucket') ?? item));
  }
  return rules;
}

function readDefault(yaml: YamlFile, node: Node | undefined, name: string): BucketSettings | undefined {
  if (yaml.isGiven(node)) return readBucket(yaml, node, name);
  return name === '' ? undefined : { ...UNNAMED, name };
}

/** @param named wins over the name in the file. */
function readBucket(yaml: YamlFile, node: Node, named: string = ''): BucketSettings {
  const fields = yaml.fields(node, 'a bucket', Object.keys(BUCKET_FIELDS));
  const entries = Object.entries(BUCKET_FIELDS).map(([name, key]) => [key, yaml.text(fields.get(name), name)]);
  const settings = Object.fromEntries(entries) as Record<keyof BucketSettings, string>;
  settings.name = named || settings.name;
  const { name, region, endpoint, accessKeyId, secretAccessKey, sessionToken } = settings;
  if (name === '') throw yaml.problem(node, 'a bucket without a name');
  if (named === '' && !isConfiguredBucket(splitBucketSetting(name).bucket)) {
    throw yaml.problem(fields.get('name'), 'name must be the name of an S3 bucket, such as photos or photos/some/dir');
  }
  if ((accessKeyId === '') !== (secretAccessKey === '')) {
    throw yaml.problem(node, 'access_key_id and secret_access_key go together');
  }
  if (sessionToken !== '' && accessKeyId === '') {
    throw yaml.problem(
      fields.get('session_token'),
      'session_token needs access_key_id and secret_access_key beside it',
    );
  }
  if (endpoint !== '' && !isEndpoint(endpoint)) {
    throw yaml.problem(
      fields.get('endpoint'),
      'an endpoint is the URL of an S3 server that begins with https:// or http://, without user, query or bucket',
    );
  }
  if (region !== '' && !isRegion(region)) {
    throw yaml.problem(fields.get('region'), 'region must be the name of a region, such as eu-west-1 or auto');
  }
  return settings;
}
