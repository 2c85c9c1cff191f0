import assert from 'node:assert/strict';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import path from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { plain } from '../fixtures/draw.ts';
import { type ImagorProcess, makeDir, startImagor } from '../support/imagor-process.ts';
import { allEnded, childrenOf } from '../support/processes.ts';
import { inScope } from '../support/vips.ts';
import { FATES, type Fate } from './fatal-detector.ts';
import { ROUNDS, showRounds } from './rounds.ts';

const DETECTOR = fileURLToPath(new URL('./fatal-detector.js', import.meta.url));

/** What the one request of a lost worker is answered with. */
const STATUS: Record<Fate, number> = { segfault: 500, abort: 500, kill: 500, hang: 408, grow: 422 };

/** A hang takes the whole process timeout, so it is tried less often than the others. */
const ORDER: readonly Fate[] = [
  ...['segfault', 'grow', 'kill', 'abort', 'segfault', 'kill', 'abort', 'hang', 'segfault', 'kill', 'abort'],
  ...['segfault', 'kill', 'abort', 'grow', 'segfault', 'kill', 'abort', 'segfault', 'kill', 'abort', 'segfault'],
] as readonly Fate[];

/** Clients that ask for good pictures all the time, each the next one when it has one. */
const CLIENTS = 4;

describe('workers that crash, hang or grow too large', () => {
  it(`cost their one request each, ${ROUNDS} times in a row under load`, { timeout: 3_600_000 }, async (t) => {
    const root = await makeDir(t);
    const [pictures, temporary] = [path.join(root, 'pictures'), path.join(root, 'temporary')];
    await Promise.all([pictures, temporary].map((folder) => mkdir(folder)));
    for (const [name, color] of [...Object.entries(FATES), ['good', [90, 90, 90]] as const]) {
      await writeFile(
        path.join(pictures, `${name}.png`),
        inScope((scope) => plain(scope, 20, 20, color).pngsaveBuffer()),
      );
    }
    const server = await startImagor(
      t,
      [
        ...['-imagor-unsafe', '-http-loader-disable', '-file-loader-base-dir', pictures, '-imagor-detectors', DETECTOR],
        ...['-imagor-workers', '2', '-imagor-worker-max-memory', '400000000', '-imagor-process-timeout', '10s'],
      ],
      { TMPDIR: temporary },
    );
    const workers = new Set(await childrenOf(server.pid));
    const load = startLoad(server);
    const show = showRounds('workers lost');
    for (let round = 0; round < ROUNDS; round += 1) {
      const fate = ORDER[round % ORDER.length] as Fate;
      // a size of its own, so that nobody shares the work
      const status = await ask(`${server.url}/unsafe/${1 + round}x9/smart/${fate}.png`);
      assert.equal(status, STATUS[fate], `round ${round}: ${fate}`);
      for (const pid of await childrenOf(server.pid)) workers.add(pid);
      show(round + 1);
    }
    const { served, lost } = await load.stop();
    assert.deepEqual(lost, []);
    assert.ok(served >= ROUNDS, `${served} others were served`);
    const isLost = ({ msg }: { msg: string }): boolean => msg === 'worker lost';
    assert.equal(server.log.filter(isLost).length, ROUNDS);
    assert.equal(await ask(`${server.url}/unsafe/5x5/smart/good.png`), 200);
    server.kill('SIGTERM');
    assert.deepEqual([(await server.ended).exitCode, (await server.ended).stderr], [0, '']);
    await allEnded([...workers]);
    assert.deepEqual(await readdir(temporary), []);
  });
});

/** Asks for good pictures until it is stopped. */
function startLoad(server: ImagorProcess) {
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
  const lost: string[] = [];
  let served = 0;
  let isOver = false;
  const client = async (number: number): Promise<void> => {
    for (let count = 0; !isOver; count += 1) {
      const status = await ask(`${server.url}/unsafe/${1 + number}x${1 + (count % 900)}/smart/good.png`, agent);
      if (status === 200) served += 1;
      else lost.push(`${status} for picture ${count} of client ${number}`);
    }
  };
  const clients = Promise.all(Array.from({ length: CLIENTS }, (_, number) => client(number)));
  return {
    async stop() {
      isOver = true;
      await clients;
      agent.destroy();
      return { served, lost };
    },
  };
}

function ask(url: string, agent: Agent | false = false): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode ?? 0));
    });
    request.once('error', reject);
  });
}
