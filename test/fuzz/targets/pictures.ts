import { parse } from '../../../src/endpoint/parse.ts';
import { Decoders, type Verdict, WORKERS } from '../decoders.ts';
import type { FuzzSession } from '../fuzz-session.ts';
import type { FuzzTarget } from '../fuzz-target.ts';
import { minimise } from '../minimise.ts';
import { MUTATIONS } from '../mutate.ts';
import { fixPngChecksums } from '../png-checksums.ts';
import { Random } from '../random.ts';
import { type WholeFile, wholeFiles } from '../whole-files.ts';

/** What is made of damaged files: every way into the decoders, and out of them. */
const PATHS = [
  '',
  '50x50',
  'fit-in/300x300/filters:rotate(90)',
  'meta',
  'trim',
  '20x20/smart',
  'stretch/31x7',
  '-40x-0/left',
  '0x0:20x20/filters:format(webp)',
  'filters:blur(2):format(png)',
  'filters:page(2)',
  'filters:max_frames(1):strip_icc()',
  'filters:orient(90):format(jpeg)',
  'filters:format(blurhash)',
  'filters:format(avif)',
];

/** A damaged file is the picture, or is laid over one. */
const OVERLAY_PATH = 'filters:watermark(damaged,0,0,20,50,50)';

/** Mutations one after another; two show what one alone does not. */
const MAX_MUTATIONS = 3;

interface Damaged {
  readonly whole: WholeFile;
  readonly bytes: Buffer;
  readonly path: string;
  readonly how: string;
}

/** Damaged files of every format, through the decoder processes. */
export const pictures: FuzzTarget = {
  name: 'pictures',
  what: 'damaged files of every format, through the decoder processes',
  runs: { short: 400, long: 30_000 },
  async run(session) {
    const files = wholeFiles();
    const decoders = new Decoders();
    await decoders.start();
    let next = 0;
    const lane = async (): Promise<void> => {
      while (next < session.runs && !session.isHopeless) {
        const damaged = damage(files, new Random(session.seed + next++));
        const verdict = await attempt(decoders, damaged, damaged.bytes, files);
        session.count(verdict.outcome);
        if (verdict.isCrash || verdict.complaint) await keep(session, decoders, damaged, verdict, files);
      }
    };
    await Promise.all(Array.from({ length: WORKERS }, lane));
    await decoders.close();
  },
};

function damage(files: readonly WholeFile[], random: Random): Damaged {
  const whole = random.pick(files);
  const others = files.map(({ bytes }) => bytes);
  const names = Array.from({ length: 1 + random.below(MAX_MUTATIONS) }, () => random.pick(Object.keys(MUTATIONS)));
  const bytes = names.reduce<Buffer>(
    (current, name) => (current.length > 0 ? (MUTATIONS[name]?.(current, random, others) ?? current) : current),
    Buffer.from(whole.bytes),
  );
  const isPng = whole.name.endsWith('.png') && random.below(3) > 0;
  const path = random.below(8) === 0 ? OVERLAY_PATH : random.pick(PATHS);
  return { whole, bytes: isPng ? fixPngChecksums(bytes) : bytes, path, how: names.join(', ') };
}

function attempt(
  decoders: Decoders,
  { path, whole }: Damaged,
  bytes: Uint8Array,
  files: readonly WholeFile[],
): Promise<Verdict> {
  const [background] = files;
  const isOverlay = path === OVERLAY_PATH && background !== undefined && whole !== background;
  return decoders.judge({
    params: parse(`unsafe/${path}/source`.replaceAll('//', '/')),
    source: isOverlay ? background.bytes : bytes,
    images: new Map(isOverlay ? [['damaged', bytes]] : [['damaged', whole.bytes]]),
  });
}

async function keep(
  session: FuzzSession,
  decoders: Decoders,
  damaged: Damaged,
  { outcome, complaint, isCrash }: Verdict,
  files: readonly WholeFile[],
): Promise<void> {
  const { whole, path, how } = damaged;
  const stillFails = async (bytes: Uint8Array): Promise<boolean> => {
    const verdict = await attempt(decoders, damaged, bytes, files);
    return verdict.outcome === outcome && (verdict.complaint === undefined) === (complaint === undefined);
  };
  session.keep({
    kind: isCrash ? 'crash' : 'failure',
    input: await minimise(whole.bytes, damaged.bytes, stillFails),
    reason: `${outcome} of ${whole.name} (${how}) by ${path || 'no parameters'}\n${complaint ?? ''}`,
    extension: whole.name.split('.').at(-1) ?? 'bin',
  });
}
