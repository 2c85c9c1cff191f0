import {
  type Document,
  type ErrorCode,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
} from 'yaml';
import { AppError } from '../../errors.ts';
import { compileRoute, type RouteKey } from './route.ts';

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

const BUCKET_FIELDS = {
  name: 'name',
  region: 'region',
  endpoint: 'endpoint',
  access_key_id: 'accessKeyId',
  secret_access_key: 'secretAccessKey',
  session_token: 'sessionToken',
} as const satisfies Record<string, keyof BucketSettings>;

/** No router has as many; the parser calls itself for each one, and a stack has an end. */
const MAX_DEPTH = 100;

/** What is wrong with YAML that is none, by the parser's codes, where there is something to say of it. */
const YAML_MISTAKES: Partial<Readonly<Record<ErrorCode, string>>> = {
  BAD_DQ_ESCAPE: 'an escape that double quotes do not know; in single quotes a backslash is a backslash',
  BAD_INDENT: 'a line that is not indented like its neighbours',
  BAD_SCALAR_START: 'a text that must be in quotes, for what it begins with',
  BLOCK_AS_IMPLICIT_KEY: 'a second colon in a line; put the text in quotes',
  DUPLICATE_KEY: 'a second field of the same name',
  MISSING_CHAR: 'a quote, bracket or colon is missing',
  MULTILINE_IMPLICIT_KEY: 'a field name that goes on in the next line; a colon may be missing',
  MULTIPLE_DOCS: 'a second document; there may be no --- within the file',
  TAB_AS_INDENT: 'a tab before the text; YAML is indented with spaces',
  UNEXPECTED_TOKEN: 'something that must not stand here; a quote may be missing or one too many',
};

/**
 * Reads the file of a bucket router.
 *
 * @param file Its name, for the messages.
 * @throws AppError `invalid`, with file, line and reason, for anything that is not as it should be. No value is repeated:
 * there are keys in such files.
 */
export function parseRouterConfig(text: string, file: string): RouterConfig {
  if (depthOf(text) > MAX_DEPTH) {
    throw new AppError('invalid', {
      publicMessage: `${file} is no router: it goes more than ${MAX_DEPTH} levels deep`,
    });
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  return new Reader(document, lines, file).read();
}

class Reader {
  readonly #document: Document.Parsed;
  readonly #lines: LineCounter;
  readonly #file: string;

  constructor(document: Document.Parsed, lines: LineCounter, file: string) {
    this.#document = document;
    this.#lines = lines;
    this.#file = file;
  }

  read(): RouterConfig {
    const [error] = this.#document.errors;
    // not in the parser's words: they quote the file
    if (error) throw this.#problem(error.pos[0], YAML_MISTAKES[error.code] ?? 'this is no YAML');
    const fields = this.#fields(this.#document.contents, 'the file', [
      'routing_pattern',
      'default_bucket',
      'fallback_buckets',
      'rules',
    ]);
    const fallbacks = this.#list(fields.get('fallback_buckets')).map((node) => this.#bucket(node));
    if (fallbacks.length > MAX_FALLBACKS) {
      throw this.#problem(fields.get('fallback_buckets'), `more than ${MAX_FALLBACKS} fallback_buckets`);
    }
    const defaultNode = fields.get('default_bucket');
    return {
      route: this.#route(fields.get('routing_pattern')),
      rules: this.#rules(fields.get('rules')),
      defaultBucket: isGiven(defaultNode) ? this.#bucket(defaultNode) : undefined,
      fallbackBuckets: fallbacks,
    };
  }

  #route(node: Node | undefined): RouteKey {
    const pattern = this.#text(node, 'routing_pattern');
    if (pattern === '') throw this.#problem(node, 'routing_pattern is missing');
    try {
      return compileRoute(pattern);
    } catch (error) {
      throw this.#problem(node, error instanceof Error ? error.message : String(error));
    }
  }

  #rules(node: Node | undefined): Map<string, BucketSettings> {
    const rules = new Map<string, BucketSettings>();
    for (const item of this.#list(node)) {
      const fields = this.#fields(item, 'a rule', ['match', 'bucket']);
      const match = this.#text(fields.get('match'), 'match');
      if (match === '') throw this.#problem(item, 'a rule without match');
      if (rules.has(match)) throw this.#problem(item, 'a second rule of the same match');
      rules.set(match, this.#bucket(fields.get('bucket') ?? item));
    }
    return rules;
  }

  #bucket(node: Node): BucketSettings {
    const fields = this.#fields(node, 'a bucket', Object.keys(BUCKET_FIELDS));
    const entries = Object.entries(BUCKET_FIELDS).map(([name, key]) => [key, this.#text(fields.get(name), name)]);
    const settings = Object.fromEntries(entries) as Record<keyof BucketSettings, string>;
    if (settings.name === '') throw this.#problem(node, 'a bucket without a name');
    if ((settings.accessKeyId === '') !== (settings.secretAccessKey === '')) {
      throw this.#problem(node, 'access_key_id and secret_access_key go together');
    }
    if (settings.endpoint !== '' && !/^https?:\/\//.test(settings.endpoint)) {
      throw this.#problem(fields.get('endpoint'), 'an endpoint begins with https:// or http://');
    }
    return settings;
  }

  #fields(node: unknown, what: string, known: readonly string[]): Map<string, Node> {
    if (!isMap(node)) throw this.#problem(node, `${what} must have fields: ${known.join(', ')}`);
    const fields = new Map<string, Node>();
    for (const { key, value } of node.items as Pair<Node, Node | null>[]) {
      const name = isScalar(key) ? String(key.value) : '';
      if (!known.includes(name))
        throw this.#problem(key, `${what} has no field of such a name; it has ${known.join(', ')}`);
      if (value) fields.set(name, value);
    }
    return fields;
  }

  #list(node: Node | undefined): Node[] {
    if (!isGiven(node)) return [];
    if (!isSeq(node)) throw this.#problem(node, 'a list is expected here: lines that begin with a dash');
    return node.items as Node[];
  }

  /** Empty for what is not there. */
  #text(node: Node | undefined, name: string): string {
    if (!isGiven(node)) return '';
    if (!isScalar(node) || typeof node.value === 'object') throw this.#problem(node, `${name} must be a text`);
    return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
  }

  #problem(place: unknown, reason: string): AppError {
    const offset = typeof place === 'number' ? place : ((place as Node | undefined)?.range?.[0] ?? 0);
    const { line } = this.#lines.linePos(offset);
    return new AppError('invalid', { publicMessage: `${this.#file}, line ${Math.max(1, line)}: ${reason}` });
  }
}

/** `name:` with nothing behind it is a field that is not given. */
function isGiven(node: Node | undefined): node is Node {
  return node !== undefined && !(isScalar(node) && node.value === null);
}

/** At least how many levels a parser may have to go down: brackets within one another, or how far a line is indented. */
function depthOf(text: string): number {
  let deepest = 0;
  let open = 0;
  for (const character of text) {
    if (character === '[' || character === '{') deepest = Math.max(deepest, ++open);
    else if ((character === ']' || character === '}') && open > 0) open -= 1;
  }
  for (const line of text.split('\n')) deepest = Math.max(deepest, line.search(/[^\s?:-]|$/) / 2);
  return deepest;
}
