import type { Detector } from '../../src/imaging/detector.ts';

// A detector is the operator's own code in a worker, and so the way to have a real worker do what libvips might: it
// looks at the first pixel and does the worst. Loaded by the server under test, by `-imagor-detectors`.

/** What it can do to its process. */
export type Fate = 'segfault' | 'abort' | 'kill' | 'hang' | 'grow';

/** The colour of a picture that has it do so: red, green and blue. */
export const FATES: Readonly<Record<Fate, readonly [number, number, number]>> = {
  segfault: [255, 0, 0],
  abort: [0, 255, 0],
  kill: [0, 0, 255],
  hang: [255, 255, 0],
  grow: [0, 255, 255],
};

const DEEDS: Record<Fate, () => void> = {
  segfault: () => process.kill(process.pid, 'SIGSEGV'),
  abort: () => process.abort(),
  kill: () => process.kill(process.pid, 'SIGKILL'),
  hang: () => {
    for (;;);
  },
  grow: () => {
    // filled, so that the pages are really there
    for (const hoard: Buffer[] = []; ; ) hoard.push(Buffer.alloc(8 << 20, 1));
  },
};

export const detector: Detector = {
  name: 'fatal',
  detect({ pixels }) {
    const [fate] = Object.entries(FATES).filter(([, color]) => color.every((value, band) => pixels[band] === value));
    if (fate) DEEDS[fate[0] as Fate]();
    return [];
  },
};
