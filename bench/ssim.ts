import ssimModule from 'ssim.js';
import { loadSharp } from './packages.ts';

/**
 * Structural similarity of two pictures of one size (Wang et al. 2004), 1 for the same one: at the size that they have,
 * since what a decoder leaves out shows in the finest detail.
 */
export async function ssim(a: Uint8Array, b: Uint8Array): Promise<number> {
  const [first, second] = await Promise.all([decode(a), decode(b)]);
  return ssimModule.ssim(first, second, { downsample: false }).mssim;
}

async function decode(picture: Uint8Array): Promise<{ data: Uint8ClampedArray; width: number; height: number }> {
  const sharp = loadSharp();
  const { width, height } = await sharp(picture).metadata();
  return { data: new Uint8ClampedArray(await sharp(picture).ensureAlpha().raw().toBuffer()), width, height };
}
