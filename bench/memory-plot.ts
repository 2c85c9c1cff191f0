import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeFontConfiguration } from '../src/imaging/fonts.ts';
import { type MemoryPlot, memoryPlotSvg } from './memory-plot-svg.ts';

/**
 * Draws memory over the requests answered.
 *
 * @param file A PNG; its folder is made.
 * @throws Error with what libvips says when it cannot be drawn.
 */
export async function drawMemoryPlot(file: string, plot: MemoryPlot): Promise<void> {
  mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  // libvips reads the configuration of fonts once, so it runs in a process of its own
  const fonts = await writeFontConfiguration();
  try {
    const script = fileURLToPath(new URL('./render-svg.js', import.meta.url));
    const { status, stderr } = spawnSync(process.execPath, [script, file], {
      input: memoryPlotSvg(plot),
      env: { ...process.env, ...fonts.env },
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`the plot could not be drawn: ${stderr}`);
  } finally {
    await fonts.remove();
  }
}
