import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { OPTIONS } from '../../src/config/option.ts';
import { frontExtras, frontRows } from './front-rows.ts';
import { imagingGroups, imagingRows } from './imaging-rows.ts';
import { loaderGroups, loaderRows } from './loader-rows.ts';
import type { Proof } from './proof.ts';
import { PROVED_ELSEWHERE } from './proved-elsewhere.ts';
import { type Group, serversOf } from './row.ts';
import { s3Proofs } from './s3-proofs.ts';
import { serverProofs } from './server-proofs.ts';
import { storageProofs } from './storage-proofs.ts';
import { type Flags, startWired, type Wired } from './wired.ts';
import { makeWorld } from './world.ts';

const world = await makeWorld({ after });
const picture = await readFile(join(world.dir, 'a.png'));

const GROUPS: readonly Group[] = [
  {
    name: 'what gets on with everything',
    base: { 'file-loader-base-dir': world.dir, 'upload-loader-enable': '1' },
    rows: [...frontRows(world, picture), ...loaderRows(world), ...(await imagingRows(world))],
  },
  frontExtras(world),
  ...loaderGroups(world),
  ...imagingGroups(world),
];

const PROOFS: readonly Proof[] = [
  ...(await storageProofs({ after }, world, picture)),
  ...(await s3Proofs({ after }, picture)),
  ...(await serverProofs({ after }, world)),
];

const plain = new Map<string, Promise<Wired>>();

// a hook of a group would end them with the group
after(async () => {
  for (const server of plain.values()) await (await server).close();
});

/** A server without anything that is to be seen, which several groups may look at. */
function startPlain(flags: Flags): Promise<Wired> {
  const key = JSON.stringify(flags);
  const server = plain.get(key) ?? startWired({ after() {} }, flags);
  plain.set(key, server);
  return server;
}

for (const group of GROUPS) {
  describe(group.name, () => {
    const settings = serversOf(group);
    const ends: (() => Promise<unknown>)[] = [];
    let servers: Wired[] = [];
    before(async () => {
      const lifetime = { after: (end: () => Promise<unknown>) => void ends.push(end) };
      const others = settings.slice(1).map(({ flags }) => startWired(lifetime, flags));
      servers = await Promise.all([startPlain(settings[0]?.flags ?? {}), ...others]);
    });
    after(() => Promise.all(ends.map((end) => end())));
    for (const row of group.rows) {
      it(Object.keys(row.options).join(' '), async () => {
        const [without, ...shown] = await Promise.all(servers.map((server) => row.look(server)));
        for (const [index, { isOn }] of settings.slice(1).entries()) {
          if (!isOn(row)) assert.deepEqual(shown[index], without, 'it shows where it is not set');
          else if ('seen' in row) assert.deepEqual(shown[index], row.seen);
          else assert.notDeepEqual(shown[index], without, 'it does not show');
        }
        if ('seen' in row) assert.notDeepEqual(without, row.seen, 'it shows without being set');
      });
    }
  });
}

describe('options that take a server for themselves', { concurrency: 2 }, () => {
  for (const { name, options, env, look, seen } of PROOFS) {
    it(name, async (t) => assert.deepEqual(await look(await startWired(t, options, env)), seen));
  }
});

describe('every option that has an effect', () => {
  const rows = GROUPS.flatMap((group) => group.rows);
  const proved = new Set(
    [...rows, ...PROOFS].flatMap((it) => Object.keys({ ...it.options, ...('with' in it && it.with) })),
  );

  it('is proved here or named with the test that proves it', () => {
    const missing = OPTIONS.filter(
      ({ row, flag }) => row.inert === undefined && !proved.has(flag) && !(flag in PROVED_ELSEWHERE),
    );
    assert.deepEqual(
      missing.map(({ flag }) => flag),
      [],
    );
  });

  it('is named once, and by a test that knows it', async () => {
    for (const [flag, file] of Object.entries(PROVED_ELSEWHERE)) {
      const option = OPTIONS.find((it) => it.flag === flag);
      assert.ok(option, `there is no option ${flag}`);
      const text = await readFile(fileURLToPath(new URL(`../../../${file}`, import.meta.url)), 'utf8');
      const names = [`-${flag}`, option.env, option.key].map((name) => `(?<![\\w])${name}(?![-\\w])`);
      assert.match(text, new RegExp(names.join('|')), file);
    }
  });
});
