import type { Contestant } from './contestant.ts';
import { Limit } from './limit.ts';
import { Server, type ServerRecipe } from './server.ts';

/** Everyone, running; stopped together. */
export interface Contestants extends AsyncDisposable {
  readonly imagor: Server;
  /** imagor-ts first, then what it is compared with. */
  readonly all: readonly Contestant[];
}

/**
 * Starts the servers, one after the other, and the bare loops.
 *
 * @param recipes imagor-ts first.
 * @param photos The folder of sources.
 * @throws Error when one does not start; those that have are stopped.
 */
export async function startContestants(
  recipes: readonly [ServerRecipe, ...ServerRecipe[]],
  photos: string,
): Promise<Contestants> {
  const running: Contestant[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(running.map((contestant) => contestant[Symbol.asyncDispose]()));
  };
  try {
    const [ours, ...rivals] = recipes;
    const imagor = await Server.start(ours);
    running.push(imagor, new Limit(photos));
    for (const recipe of rivals) running.push(await Server.start(recipe));
    return { imagor, all: running, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
