/** A request of the mix. */
export interface MixedRequest {
  readonly path: string;
  /** What it has to be answered with; one that is broken off gets no answer. */
  readonly status: number | 'aborted';
  /** Milliseconds after which the client hangs up. */
  readonly abortAfterMs: number;
}

/** Numbers from 0 up to 1, the same ones every time. */
type Random = () => number;

/** Makes the part of a URL that stands behind `/unsafe/`. */
type PathMaker = (random: Random) => string;

const SOURCES = ['small', 'middle', 'large'] as const;
const FORMATS = ['jpg', 'png', 'webp', 'avif'] as const;

/** What a server with many users is asked for, and how often of a hundred times. */
const KINDS: readonly (readonly [share: number, path: PathMaker])[] = [
  [16, (random) => `${box(random)}/${source(random, 'jpg')}`],
  [10, (random) => `fit-in/${box(random)}/filters:format(webp)/${source(random, 'jpg')}`],
  [10, (random) => `${box(random)}/smart/${source(random, 'webp')}`],
  [5, (random) => `${box(random)}/${source(random, 'png')}`],
  [4, (random) => `${box(random)}/filters:format(jpeg)/${source(random, 'avif')}`],
  [4, (random) => `${box(random)}/filters:format(avif)/${source(random, 'jpg')}`],
  [2, (random) => `${box(random)}/filters:format(${pick(random, ['gif', 'tiff'])})/${source(random, 'png')}`],
  [4, (random) => `fit-in/${smallBox(random)}/moving.${pick(random, ['gif', 'webp'])}`],
  [2, (random) => `fit-in/${smallBox(random)}/filters:format(webp)/moving.gif`],
  [
    7,
    (random) =>
      `${box(random)}/filters:watermark(logo.png,-10,-10,${whole(random, 0, 80)},30)/${source(random, 'jpg')}`,
  ],
  [
    5,
    (random) =>
      `${box(random)}/filters:label(Sale ${whole(random, 1, 99)},center,-20,24,ffffff)/${source(random, 'jpg')}`,
  ],
  [3, (random) => `${box(random)}/filters:blur(${whole(random, 1, 6)}):grayscale()/${source(random, 'webp')}`],
  [3, (random) => `${box(random)}/filters:round_corner(${whole(random, 5, 30)}):format(png)/${source(random, 'jpg')}`],
  [2, (random) => `${box(random)}/filters:rotate(90):sharpen(1)/${source(random, 'jpg')}`],
  [1, (random) => `${smallBox(random)}/filters:format(png)/logo.svg`],
  [1, (random) => `${box(random)}/cut.jpg`],
  [4, (random) => `meta/${source(random, pick(random, FORMATS))}`],
];

/** Each kind as often as its share says. */
const DECK = KINDS.flatMap(([share, path]) => Array.from({ length: share }, () => path));

const SHARE_OF_HITS = 0.1;
const SHARE_OF_ABORTED = 0.03;

/** Requests that are to fail, and how; 2 in a hundred of each. */
const FAILURES: readonly (readonly [path: PathMaker, status: number])[] = [
  [(random) => `unsafe/${box(random)}/missing-${whole(random, 0, 1e6)}.jpg`, 404],
  [(random) => `unsafe/${box(random)}/note.jpg`, 406],
  [(random) => `${'x'.repeat(28)}/${box(random)}/${source(random, 'jpg')}`, 403],
];
const SHARE_OF_FAILURES = 0.06;

/** How far back a request that is made again was made first. */
const REMEMBERED = 500;

/** An endless mix of requests: pictures of every kind, some of them asked for again, failures, clients that go away. */
export function* mixedRequests(): Generator<MixedRequest, never> {
  const random = createRandom(20_000);
  const earlier: string[] = [];
  for (;;) {
    const draw = random();
    if (draw < SHARE_OF_FAILURES) {
      const [path, status] = pick(random, FAILURES);
      yield { path: `/${path(random)}`, status, abortAfterMs: 0 };
      continue;
    }
    const again = draw < SHARE_OF_FAILURES + SHARE_OF_HITS ? earlier[whole(random, 0, earlier.length)] : undefined;
    const path = again ?? `/unsafe/${pathOf(random)}`;
    const isAborted = draw > 1 - SHARE_OF_ABORTED;
    if (!isAborted && again === undefined) remember(earlier, path, random);
    yield { path, status: isAborted ? 'aborted' : 200, abortAfterMs: whole(random, 0, 30) };
  }
}

function pathOf(random: Random): string {
  return encodeURI(pick(random, DECK)(random));
}

function remember(earlier: string[], path: string, random: Random): void {
  if (earlier.length < REMEMBERED) earlier.push(path);
  else earlier[whole(random, 0, REMEMBERED)] = path;
}

function source(random: Random, extension: string): string {
  return `${pick(random, SOURCES)}.${extension}`;
}

function box(random: Random): string {
  return `${whole(random, 80, 420)}x${whole(random, 80, 320)}`;
}

function smallBox(random: Random): string {
  return `${whole(random, 40, 160)}x${whole(random, 40, 120)}`;
}

function pick<Value>(random: Random, values: readonly Value[]): Value {
  return values[whole(random, 0, values.length)] as Value;
}

/** @param end Not reached. */
function whole(random: Random, start: number, end: number): number {
  return start + Math.floor(random() * (end - start));
}

/** mulberry32 by Tommy Ettinger, which is in the public domain. */
function createRandom(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
