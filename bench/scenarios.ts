import type { ContestantName } from './contestants/contestant.ts';

/** Formats that libvips from npm both reads and writes. */
export type PictureFormat = 'jpeg' | 'png' | 'webp' | 'avif';

/** One request: a source, and what is to come of it. All contestants crop to the centre. */
export interface Job {
  /** File name in the folder of sources. */
  readonly source: string;
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
  /** Of the answer. */
  readonly format: PictureFormat;
}

/** A job to be answered as often as possible, and how much oftener than others imagor-ts has to answer it. */
export interface ThroughputScenario {
  /** For `--only`. */
  readonly name: string;
  readonly title: string;
  readonly job: Job;
  /** The smallest ratio to each rival that passes; rivals without one are shown all the same. */
  readonly floors: Partial<Record<ContestantName, number>>;
}

/** Quality of JPEG, WebP and AVIF answers; PNG is lossless. */
export const QUALITY = 80;

/**
 * libaom's effort, 0 (fastest) to 9: imagor's default (speed 8), given to everyone, since it decides AVIF's cost
 * (on one machine 0.15 s a picture at 1 and 2 s at sharp's default 4).
 */
export const AVIF_EFFORT = 1;

const LARGE_FLOORS = { limit: 0.95, sharp: 1, ipx: 1.3 };

/** Every picture that is asked for. */
export const THROUGHPUT_SCENARIOS: readonly ThroughputScenario[] = [
  large('jpeg', 'JPEG', 'photo.jpg'),
  large('png', 'PNG', 'photo.png'),
  large('webp', 'WebP', 'photo.webp'),
  large('avif', 'AVIF', 'photo.avif'),
  {
    name: 'small',
    title: '100×100 of a 30 KB JPEG',
    job: { source: 'small.jpg', width: 100, height: 100, format: 'jpeg' },
    floors: { ipx: 1.5 },
  },
];

/** What keeps all workers busy while the health is asked for. */
export const BUSY_JOB: Job = { source: 'photo.jpg', width: 512, height: 512, format: 'jpeg' };

/** The first picture that a fresh server is asked for. */
export const FIRST_JOB: Job = { source: 'small.jpg', width: 100, height: 100, format: 'jpeg' };

function large(format: PictureFormat, title: string, source: string): ThroughputScenario {
  const job = { source, width: 512, height: 512, format };
  return { name: format, title: `512×512 of a 6 MP ${title}`, job, floors: LARGE_FLOORS };
}
