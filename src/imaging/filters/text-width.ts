import { floatArg, intArg } from './arguments.ts';

/** `full`, `f`, `f-20`: the canvas' width, or less. */
const FULL = /^-?(?:full|f)(-[0-9]+)?$/;

/** The width that text is wrapped at, in pixels: a number, `f-20`, `80p` or `0.8` of the canvas; 0 for no wrapping. */
export function resolveTextWidth(arg: string | undefined, canvasWidth: number): number {
  if (!arg) return 0;
  const full = FULL.exec(arg);
  if (full) return Math.max(0, canvasWidth + intArg(full[1]));
  if (arg.endsWith('p')) return Math.max(0, Math.trunc((intArg(arg.slice(0, -1)) * canvasWidth) / 100));
  if (/^-?0\./.test(arg)) return Math.max(0, Math.trunc(floatArg(arg) * canvasWidth));
  return Math.max(0, intArg(arg));
}
