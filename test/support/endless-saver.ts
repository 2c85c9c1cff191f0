// node endless-saver.js DIRECTORY COUNT: saves so many objects, all at once and again and again, until its input ends;
// writes a dot for each one saved.
import { createFileStorage } from '../../src/storages/file.ts';
import { seal } from './sealed.ts';

const [baseDir = '', count = ''] = process.argv.slice(2);
const storage = createFileStorage({ baseDir });
let isOver = false;
process.stdin.on('end', () => {
  isOver = true;
});
process.stdin.resume();

async function saveAgainAndAgain(lane: number): Promise<void> {
  const key = `${lane}.bin`;
  for (let round = 0; !isOver; round++) {
    const body = seal(key, 1_000 + ((lane * 7_919 + round * 104_729) % 60_000));
    await storage.put(key, { body }, { signal: new AbortController().signal, headers: new Headers() });
    process.stdout.write('.');
  }
}

await Promise.all(Array.from({ length: Number(count) }, (_, lane) => saveAgainAndAgain(lane)));
