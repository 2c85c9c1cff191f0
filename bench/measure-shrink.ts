import path from 'node:path';
import { ForkedLoop } from './contestants/forked-loop.ts';
import { Server, type ServerRecipe } from './contestants/server.ts';
import type { ShrinkResult, ShrinkTask } from './contestants/shrink-loop.ts';
import { loadSharp } from './packages.ts';
import { DETAILED_PHOTOS } from './photos.ts';
import { Progress } from './progress.ts';
import { median } from './quantile.ts';
import type { Bar, Figure, Outcome } from './report.ts';
import { ssim } from './ssim.ts';

/** By how much our answers may be less like a full decode than those of libvips' thumbnail. */
const FLOOR = -0.001;

/**
 * How much smaller than the source answers are, so that 1, 1.1, 1.3, 2 and more are left to the resize after each of the
 * scales that JPEG and WebP decode at.
 */
const FACTORS = [2, 2.2, 2.6, 4, 4.4, 5.2, 8.8, 10.4, 16];

/** One that leaves 1.3 to libjpeg's half. */
const SMOKE_FACTORS = [2.6];

/** Both are likenesses to the same picture decoded whole. */
interface Sample {
  readonly format: string;
  readonly ours: number;
  readonly thumbnail: number;
}

/**
 * Whether decoding at a smaller scale costs detail: how like our answer is to the same resize of a full decode, beside
 * libvips' own thumbnail, which is what the reference uses. Nothing here is timed.
 *
 * @param photos The folder of sources.
 */
export async function measureShrink(recipe: ServerRecipe, photos: string, isSmoke: boolean): Promise<Outcome> {
  await using server = await Server.start(recipe);
  await using loop = new ForkedLoop<ShrinkTask, ShrinkResult>('./shrink-loop.js');
  const sources = isSmoke ? DETAILED_PHOTOS.slice(0, 1) : DETAILED_PHOTOS;
  const tasks = (await Promise.all(sources.map((source) => tasksOf(source, photos, isSmoke)))).flat();
  const progress = new Progress('pictures', tasks.length);
  const samples: Sample[] = [];
  for (const { source, width, height } of tasks) {
    const { full, thumbnail } = await loop.run({ file: path.join(photos, source), width, height });
    // PNG, so that no encoder's loss is counted
    const ours = await server.answer({ source, width, height, format: 'png' });
    samples.push({
      format: path.extname(source).slice(1),
      ours: await ssim(ours, full),
      thumbnail: await ssim(thumbnail, full),
    });
    progress.show(samples.length);
  }
  const formats = [...new Set(samples.map(({ format }) => format))];
  const bars = formats.flatMap((format): Bar[] => {
    const own = samples.filter((sample) => sample.format === format);
    return [
      bar(
        `${format}, imagor-ts`,
        own.map(({ ours }) => ours),
      ),
      bar(
        `${format}, libvips thumbnail`,
        own.map(({ thumbnail }) => thumbnail),
      ),
    ];
  });
  return {
    figures: formats.flatMap((format) => figuresOf(format, samples)),
    charts: [{ title: 'likeness to a full decode, median', unit: 'SSIM', bars }],
  };
}

/** The worst picture has to reach the floor; the mean tells whether it stands for the others. */
function figuresOf(format: string, samples: readonly Sample[]): Figure[] {
  const differences = samples.filter((one) => one.format === format).map(({ ours, thumbnail }) => ours - thumbnail);
  const what = `likeness to a full decode, ${format}`;
  const against = 'libvips thumbnail';
  const worst = Math.min(...differences);
  const mean = differences.reduce((sum, difference) => sum + difference, 0) / differences.length;
  return [
    { what: `${what}, worst of ${differences.length}`, against, value: worst, unit: 'SSIM', floor: { atLeast: FLOOR } },
    { what: `${what}, mean`, against, value: mean, unit: 'SSIM' },
  ];
}

async function tasksOf(source: string, photos: string, isSmoke: boolean) {
  const { width, height } = await loadSharp()(path.join(photos, source)).metadata();
  return (isSmoke ? SMOKE_FACTORS : FACTORS).map((factor) => ({
    source,
    width: Math.round(width / factor),
    height: Math.round(height / factor),
  }));
}

function bar(name: string, samples: readonly number[]): Bar {
  return { name, value: median(samples), samples };
}
