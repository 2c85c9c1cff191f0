/**
 * Makes a file smaller, and more like the one it was made of, for as long as it still does what it did.
 *
 * @param original What was damaged.
 * @param damaged What failed.
 * @param stillFails Asked at most `attempts` times.
 * @returns the smallest damage found.
 */
export async function minimise(
  original: Uint8Array,
  damaged: Uint8Array,
  stillFails: (bytes: Uint8Array) => Promise<boolean>,
  attempts: number = 60,
): Promise<Uint8Array> {
  let best = damaged;
  let left = attempts;
  const isTaken = async (candidate: Uint8Array): Promise<boolean> => {
    left -= 1;
    if (!(await stillFails(candidate))) return false;
    best = candidate;
    return true;
  };
  // undo the damage piece by piece, then cut off what nobody reads
  for (let size = Math.ceil(best.length / 2); size >= 1 && left > 0; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < best.length && left > 0; start += size) {
      const healed = Buffer.from(best);
      healed.set(original.subarray(start, Math.min(start + size, healed.length)), start);
      if (!healed.equals(best)) await isTaken(healed);
    }
  }
  for (let keep = best.length >> 1; keep > 0 && left > 0; keep = best.length >> 1) {
    if (!(await isTaken(best.subarray(0, keep)))) break;
  }
  return best;
}
