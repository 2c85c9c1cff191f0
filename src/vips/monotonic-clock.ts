/**
 * Milliseconds since some moment that is the same for all processes of the machine, by a clock that nobody sets: deadlines
 * that go from one process to another hold when the time of day is corrected.
 */
export function monotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1_000 + nanoseconds / 1e6;
}
