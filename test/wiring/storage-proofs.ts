import { stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { type GcsServer, startGcsServer } from '../support/gcs-server.ts';
import { makeDir } from '../support/imagor-process.ts';
import type { Lifetime } from '../support/lifetime.ts';
import { until } from '../support/s3-server/until.ts';
import { hoursAgo, type Proof } from './proof.ts';
import type { Wired } from './wired.ts';
import type { World } from './world.ts';

async function askAndSave(server: Wired, target: string): Promise<number> {
  const { status } = await server.ask(target);
  await until(() => server.service.app.saving === 0);
  await new Promise(setImmediate); // whoever comes now gets what was saved, and not what was made
  return status;
}

/** Permissions of a file and of its folder, in octal. */
async function modesOf(folder: string, file: string): Promise<string[]> {
  const modes = [await stat(join(folder, file)), await stat(folder)].map(({ mode }) => (mode & 0o777).toString(8));
  return modes;
}

/** What is kept where, and for how long: sources for an hour, results for three. */
export async function storageProofs(test: Lifetime, world: World, picture: Buffer): Promise<readonly Proof[]> {
  const [sources, results] = [await makeDir(test), await makeDir(test)];
  const gcs = await startGcsServer(test, ['in', 'kept', 'made']);
  return [fileProof(world, sources, results), gcsProof(gcs, picture), await slowSaves(test, world)];
}

function fileProof({ dir, origin, asked, fresh }: World, sources: string, results: string): Proof {
  const name = fresh();
  const countAsked = (): number => asked.filter(({ url }) => url === `/kept/sub/${name}`).length;
  return {
    name: 'files',
    options: {
      'file-loader-base-dir': dir,
      'file-loader-path-prefix': 'pics',
      'http-loader-base-url': origin.url,
      'file-storage-base-dir': sources,
      'file-storage-path-prefix': 'kept',
      'file-storage-mkdir-permission': '0700',
      'file-storage-write-permission': '0600',
      'file-storage-expiration': '1h',
      'file-result-storage-base-dir': results,
      'file-result-storage-path-prefix': '4x3',
      'file-result-storage-mkdir-permission': '0750',
      'file-result-storage-write-permission': '0640',
      'file-result-storage-expiration': '3h',
    },
    async look(server) {
      const [source, result] = [join(sources, 'sub', name), join(results, 'kept/sub', name)];
      const loaded = await askAndSave(server, '/unsafe/4x3/pics/a.png');
      await askAndSave(server, `/unsafe/4x3/kept/sub/${name}`);
      const modes = [await modesOf(join(sources, 'sub'), name), await modesOf(join(results, 'kept/sub'), name)];
      for (const file of [source, result]) await utimes(file, hoursAgo(2), hoursAgo(2));
      await askAndSave(server, `/unsafe/4x3/kept/sub/${name}`);
      const afterResult = countAsked();
      await askAndSave(server, `/unsafe/5x3/kept/sub/${name}`);
      const afterSource = countAsked();
      await utimes(result, hoursAgo(4), hoursAgo(4));
      await askAndSave(server, `/unsafe/4x3/kept/sub/${name}`);
      const isMadeAgain = (await stat(result)).mtime > hoursAgo(1);
      return { loaded, modes, afterResult, afterSource, isMadeAgain };
    },
    seen: {
      loaded: 200,
      modes: [
        ['600', '700'],
        ['640', '750'],
      ],
      afterResult: 1,
      afterSource: 2,
      isMadeAgain: true,
    },
  };
}

function gcsProof(gcs: GcsServer, picture: Buffer): Proof {
  const [source, result] = ['kept/k/a(1).png', 'made/m/pics/a(1).png'];
  const object = { name: 'images/a(1).png', contentType: 'image/png', acl: '', bytes: picture };
  gcs.objects.set('in/images/a(1).png', { ...object, generation: 1, updated: new Date() });
  const countAsked = (): number => gcs.requests.filter(({ line }) => /^GET .*\/b\/in\/o\//.test(line)).length;
  const age = (key: string, hours: number): void => {
    const stored = gcs.objects.get(key);
    if (stored) stored.updated = hoursAgo(hours);
  };
  return {
    name: 'Google Cloud Storage',
    env: { STORAGE_EMULATOR_HOST: gcs.url },
    options: {
      'http-loader-disable': '1',
      'gcloud-safe-chars': '--',
      'gcloud-loader-bucket': 'in',
      'gcloud-loader-base-dir': 'images',
      'gcloud-loader-path-prefix': 'pics',
      'gcloud-storage-bucket': 'kept',
      'gcloud-storage-base-dir': 'k',
      'gcloud-storage-path-prefix': 'pics',
      'gcloud-storage-acl': 'publicRead',
      'gcloud-storage-expiration': '1h',
      'gcloud-result-storage-bucket': 'made',
      'gcloud-result-storage-base-dir': 'm',
      'gcloud-result-storage-path-prefix': '4x3',
      'gcloud-result-storage-acl': 'projectPrivate',
      'gcloud-result-storage-expiration': '3h',
    },
    async look(server) {
      await askAndSave(server, '/unsafe/4x3/pics/a(1).png');
      const stored = [...gcs.objects].map(([key, { acl }]) => `${key} ${acl}`).sort();
      for (const key of [source, result]) age(key, 2);
      await askAndSave(server, '/unsafe/4x3/pics/a(1).png');
      const afterResult = countAsked();
      await askAndSave(server, '/unsafe/5x3/pics/a(1).png');
      const afterSource = countAsked();
      age(result, 4);
      await askAndSave(server, '/unsafe/4x3/pics/a(1).png');
      const isMadeAgain = (gcs.objects.get(result)?.updated ?? new Date(0)) > hoursAgo(1);
      return { stored, afterResult, afterSource, isMadeAgain };
    },
    seen: {
      stored: ['in/images/a(1).png ', `${source} publicRead`, `${result} projectPrivate`],
      afterResult: 1,
      afterSource: 2,
      isMadeAgain: true,
    },
  };
}

/** Of the memory for sources a quarter may be on its way to a storage: a save that hangs fills it, until it has taken too long. */
async function slowSaves(test: Lifetime, { origin, fresh }: World): Promise<Proof> {
  const gcs = await startGcsServer(test, ['kept']);
  const [first, second] = [fresh(), fresh()];
  return {
    name: 'memory for sources, and the time for a save',
    env: { STORAGE_EMULATOR_HOST: gcs.url },
    options: {
      'http-loader-base-url': origin.url,
      'gcloud-storage-bucket': 'kept',
      'imagor-save-timeout': '2s',
      'imagor-source-memory': '1',
      'http-loader-max-allowed-size': '100000',
    },
    async look(server) {
      gcs.faults.push(404, 'hang');
      const statuses: number[] = [];
      for (const name of [first, second]) statuses.push((await server.ask(`/unsafe/4x3/${name}`)).status);
      const told = async (words: RegExp): Promise<string | undefined> => {
        const { fields } = await server.logged('not saved', ({ fields: { detail } }) => words.test(String(detail)));
        return words.exec(String(fields['detail']))?.[0];
      };
      return [statuses, await told(/, of 1 that may be/), await told(/took over \d+ ms/)];
    },
    seen: [[200, 200], ', of 1 that may be', 'took over 2000 ms'],
  };
}
