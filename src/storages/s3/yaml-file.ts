import {
  type Document,
  type ErrorCode,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  Scalar,
} from 'yaml';
import { AppError } from '../../errors.ts';

/** No file of ours has as many; the parser calls itself for each one, and a stack has an end. */
const MAX_DEPTH = 100;

/** Maps read, merged ones each time: aliases of aliases grow without end. */
const MAX_MERGED = 1_000;

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

/** Fields by name. */
export type YamlFields = ReadonlyMap<string, Node>;

/**
 * A YAML file that people write, read node by node so that whatever is wrong can be named by its line. Anchors, aliases
 * and merge keys (`<<: *name`) mean what they mean to Go's yaml.v3.
 */
export class YamlFile {
  readonly #document: Document.Parsed;
  readonly #lines = new LineCounter();
  readonly #name: string;
  #merged = 0;

  /**
   * @param name for the messages.
   * @throws AppError `invalid` for what is no YAML.
   */
  constructor(text: string, name: string) {
    this.#name = name;
    if (depthOf(text) > MAX_DEPTH) {
      throw new AppError('invalid', {
        publicMessage: `${name} is no router: it goes more than ${MAX_DEPTH} levels deep`,
      });
    }
    this.#document = parseDocument(text, { lineCounter: this.#lines });
    const [error] = this.#document.errors;
    // not in the parser's words: they quote the file
    if (error) throw this.#problemAt(error.pos[0], YAML_MISTAKES[error.code] ?? 'this is no YAML');
  }

  /** Undefined for an empty file. */
  get root(): Node | undefined {
    return this.#document.contents ?? undefined;
  }

  /**
   * The fields of a map; those merged in count where the map has none of the name.
   *
   * @param what The map's name in messages.
   * @throws AppError `invalid` for what is no map, and for a field that `isKnown` does not know.
   */
  fields(
    node: Node | undefined,
    what: string,
    known: readonly string[],
    isKnown: (name: string) => boolean = isIn(known),
  ): YamlFields {
    const fields = new Map<string, Node>();
    for (const [key, value] of this.#pairs(node, what, known, new Set())) {
      const name = isScalar(key) ? String(key.value) : '';
      if (!isKnown(name)) {
        throw this.problem(key, `${what} has no field of such a name; it has ${known.join(', ')}`);
      }
      if (value && !fields.has(name)) fields.set(name, value);
    }
    return fields;
  }

  /** The items of a list; none for what is not there. @throws AppError `invalid` for anything but a list. */
  list(given: Node | undefined): Node[] {
    const node = this.#resolve(given);
    if (!this.isGiven(node)) return [];
    if (!isSeq(node)) throw this.problem(node, 'a list is expected here: lines that begin with a dash');
    return node.items as Node[];
  }

  /** A text as it is written; empty for what is not there. @throws AppError `invalid` for a list or a map. */
  text(given: Node | undefined, name: string): string {
    const node = this.#resolve(given);
    if (!this.isGiven(node)) return '';
    if (!isScalar(node) || typeof node.value === 'object') throw this.problem(node, `${name} must be a text`);
    return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
  }

  /** `name:` with nothing behind it is a field that is not given. */
  isGiven(given: Node | undefined): given is Node {
    const node = this.#resolve(given);
    return node !== undefined && !(isScalar(node) && node.value === null);
  }

  /** Names what is wrong with a part of the file. */
  problem(node: Node | undefined, reason: string): AppError {
    return this.#problemAt(node?.range?.[0] ?? 0, reason);
  }

  /** Own pairs first, then merged ones in the order in which they win. */
  #pairs(
    given: Node | undefined,
    what: string,
    known: readonly string[],
    within: ReadonlySet<Node>,
  ): (readonly [key: Node, value: Node | null])[] {
    const node = this.#resolve(given);
    if (!isMap<Node, Node | null>(node)) throw this.problem(given, `${what} must have fields: ${known.join(', ')}`);
    if (within.has(node)) throw this.problem(given, `${what} is merged into itself`);
    if (++this.#merged > MAX_MERGED) throw this.problem(given, 'more aliases are merged than any router needs');
    const own = node.items.filter(({ key }) => !isMergeKey(key)).map(({ key, value }) => [key, value] as const);
    const merged = node.items
      .filter(({ key }) => isMergeKey(key))
      .flatMap(({ value }) => {
        const source = this.#resolve(value ?? undefined);
        return isSeq<Node>(source) ? source.items : value ? [value] : [];
      })
      .flatMap((source) => this.#pairs(source, what, known, new Set([...within, node])));
    return [...own, ...merged];
  }

  #resolve(node: Node | undefined): Node | undefined {
    if (!isAlias(node)) return node;
    const anchored = node.resolve(this.#document);
    if (!anchored) throw this.problem(node, 'an alias of no anchor above it');
    return anchored;
  }

  #problemAt(offset: number, reason: string): AppError {
    const { line } = this.#lines.linePos(offset);
    return new AppError('invalid', { publicMessage: `${this.#name}, line ${Math.max(1, line)}: ${reason}` });
  }
}

function isIn(known: readonly string[]): (name: string) => boolean {
  return (name) => known.includes(name);
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

function isMergeKey(key: Node): boolean {
  return isScalar(key) && key.value === '<<' && key.type === Scalar.PLAIN;
}
