import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { startImagor } from '../support/imagor-process.ts';

const server = await startImagor({ after }, [
  ...['-imagor-unsafe', '-imagor-workers', '1', '-http-loader-disable', '-imagor-process-timeout', '2s'],
]);

/** Each of them allowed, each dear, and none larger than the picture. */
const CHAINS = {
  blurs: Array.from({ length: 300 }, () => 'blur(150)'),
  'pictures over pictures': Array.from(
    { length: 10 },
    () => 'image(/8000x8000/filters:blur(99):rotate(90)/color:red,0,0)',
  ),
  texts: Array.from({ length: 2_000 }, (_, n) => `text(W${n}W,0,0,sans-900)`),
};

describe('the work for one picture', () => {
  for (const [what, filters] of Object.entries(CHAINS)) {
    it(`ends with the process timeout, and costs nobody else anything: ${what}`, async () => {
      const response = await fetch(`${server.url}/unsafe/8000x8000/filters:${filters.join(':')}/color:white`);
      const { message } = (await response.json()) as { message: string };
      assert.deepEqual([response.status, message], [408, 'timeout']);
      assert.equal((await fetch(`${server.url}/unsafe/5x5/color:red`)).status, 200);
    });
  }

  it('is refused at once where more images are named than allowed', async () => {
    const overlays = Array.from({ length: 300 }, (_, n) => `watermark(${n}.png)`).join(':');
    assert.equal((await fetch(`${server.url}/unsafe/9x9/filters:${overlays}/color:red`)).status, 400);
    const nested = `${'image(/9x9/filters:'.repeat(50)}${')'.repeat(50)}`;
    assert.ok([400, 404].includes((await fetch(`${server.url}/unsafe/9x9/filters:${nested}/color:red`)).status));
  });
});
