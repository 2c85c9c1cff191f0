/**
 * Answers a second, from when each answer was complete (ms, ascending): the slope of the line through the points
 * (time, answers so far). Unlike a count over a period it owes nothing to how far the unfinished answers at the two
 * ends had come, which matters where an answer takes half a second.
 *
 * @throws Error when there are fewer than two answers.
 */
export function ratePerSecond(completedAtMs: readonly number[]): number {
  const count = completedAtMs.length;
  if (count < 2) throw new Error(`${count} answers are too few to tell a rate from`);
  const meanTime = completedAtMs.reduce((sum, time) => sum + time, 0) / count;
  const meanIndex = (count - 1) / 2;
  let covariance = 0;
  let variance = 0;
  for (const [index, time] of completedAtMs.entries()) {
    covariance += (time - meanTime) * (index - meanIndex);
    variance += (time - meanTime) ** 2;
  }
  return (covariance / variance) * 1000;
}
