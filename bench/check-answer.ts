import path from 'node:path';
import type { Contestant } from './contestants/contestant.ts';
import { loadSharp } from './packages.ts';
import type { Job } from './scenarios.ts';

/** Pixels a side to which pictures are shrunk before they are compared, so that no encoder's noise is left. */
const GRID = 16;

/** Grey levels of 256 by which two pictures of the same thing may differ on average. */
const TOLERANCE = 3;

/** What the answer to a job must look like: a small grid of grey levels, from the top left by rows. */
export async function expectedLook(job: Job, photos: string): Promise<Uint8Array> {
  const sharp = loadSharp();
  const picture = sharp(path.join(photos, job.source)).resize(job.width, job.height, { fit: 'cover' });
  return lookOf(await picture.toFormat('png', {}).toBuffer());
}

/**
 * Makes sure that a contestant does the work that it is measured by: right format, right size, right part of the
 * right picture.
 *
 * @param look What {@link expectedLook} says.
 * @returns the size of the answer in bytes.
 * @throws Error that says what is wrong with the answer.
 */
export async function checkAnswer(contestant: Contestant, job: Job, look: Uint8Array): Promise<number> {
  const answer = await contestant.answer(job);
  const { width, height, format, compression } = await loadSharp()(answer).metadata();
  const named = format === 'heif' && compression === 'av1' ? 'avif' : format;
  const got = `${width}×${height} ${named}`;
  const wanted = `${job.width}×${job.height} ${job.format}`;
  if (got !== wanted) throw new Error(`${contestant.name} answered with ${got} instead of ${wanted}`);
  const difference = meanDifference(await lookOf(answer), look);
  if (difference > TOLERANCE) {
    throw new Error(`${contestant.name} answered with another picture: off by ${difference.toFixed(1)} grey levels`);
  }
  return answer.length;
}

function lookOf(picture: Uint8Array): Promise<Uint8Array> {
  return loadSharp()(picture).resize(GRID, GRID, { fit: 'fill' }).greyscale().raw().toBuffer();
}

function meanDifference(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, level, index) => sum + Math.abs(level - (b[index] ?? 0)), 0) / a.length;
}
