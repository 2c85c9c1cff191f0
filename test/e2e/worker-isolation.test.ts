import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { OPTIONS } from '../../src/config/option.ts';
import { plain } from '../fixtures/draw.ts';
import { makeDir, startImagor } from '../support/imagor-process.ts';
import { openFiles } from '../support/open-files.ts';
import { startOrigin } from '../support/origin.ts';
import { childrenOf } from '../support/processes.ts';
import { inScope } from '../support/vips.ts';

const DETECTOR = fileURLToPath(new URL('../fixtures/curious-detector.js', import.meta.url));

/** All that a worker may be told by its environment; the last is libvips' own note. */
const ALLOWED = new Set([
  'HOME',
  'LANG',
  'TMPDIR',
  'TZ',
  'FONTCONFIG_FILE',
  'MALLOC_ARENA_MAX',
  'MALLOC_MMAP_THRESHOLD_',
  'MALLOC_TRIM_THRESHOLD_',
  'VIPS_DISC_THRESHOLD',
  'VIPS_WARNING',
  'VIPSHOME',
]);

const MARK = 'S3cr3tMark';

describe('a decoder process', {
  skip: process.platform === 'linux' ? false : 'seccomp and /proc are of Linux',
}, async () => {
  const dir = await makeDir({ after });
  const origin = await startOrigin({ after }, (_, response) => response.end());
  // the port as a size: a worker gets nothing from outside but pictures
  const [width, height] = [origin.port >> 8, origin.port & 255];
  const source = inScope((scope) => plain(scope, width, height || 1, [9, 9, 9]).pngsaveBuffer());
  await writeFile(path.join(dir, 'port.png'), source);
  const texts = OPTIONS.filter(({ row }) => row.secret && row.type === 'text');
  const server = await startImagor(
    { after },
    [
      ...['-imagor-unsafe', '-imagor-workers', '1', '-http-loader-disable', '-file-loader-base-dir', dir],
      ...['-imagor-detectors', DETECTOR, '-vips-detector-probe-size', '999', '-imagor-process-timeout', '60s'],
    ],
    {
      ...Object.fromEntries(texts.map(({ env }) => [env, MARK])),
      ...{ GOOGLE_APPLICATION_CREDENTIALS: MARK, AWS_PROFILE: MARK, SOMEBODY_ELSES_TOKEN: MARK, LANG: 'C' },
    },
  );
  const response = await fetch(`${server.url}/unsafe/meta/smart/port.png`);
  const meta = (await response.json()) as { detected_regions?: readonly { name: string }[] };
  const names = JSON.stringify(meta);

  it('has no network to use', () => {
    assert.match(names, /network EACCES/);
    assert.match(names, /seccomp 2/); // SECCOMP_MODE_FILTER
    assert.equal(origin.sockets.length, 0);
  });

  it('has no credential in its environment', async () => {
    const told = /environment ([\w ]*)/.exec(names)?.[1]?.split(' ') ?? [];
    assert.ok(told.length > 0);
    assert.deepEqual(
      told.filter((name) => !ALLOWED.has(name)),
      [],
    );
    for (const pid of await childrenOf(server.pid)) {
      const environment = await readFile(`/proc/${pid}/environ`, 'latin1');
      assert.ok(!environment.includes(MARK));
    }
  });

  it('has inherited no socket of the server', async () => {
    for (const pid of await childrenOf(server.pid)) {
      // its channel, and what it writes its last words to
      assert.ok((await openFiles(pid))?.sockets === 2);
    }
  });
});
