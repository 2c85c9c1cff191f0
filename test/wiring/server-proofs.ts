import { startGcsServer } from '../support/gcs-server.ts';
import type { Lifetime } from '../support/lifetime.ts';
import { startOrigin } from '../support/origin.ts';
import type { Proof } from './proof.ts';
import type { World } from './world.ts';

/** Deadlines, workers and traces. */
export async function serverProofs(test: Lifetime, { dir, origin }: World): Promise<readonly Proof[]> {
  const base = { 'file-loader-base-dir': dir };
  const gcs = await startGcsServer(test, ['made']);
  const bodies: string[] = [];
  const collector = await startOrigin(test, async (request, response) => {
    for await (const chunk of request) bodies.push(String(chunk));
    response.end('{}');
  });
  const [sampled, passedOver] = [`00000001${'0'.repeat(23)}1`, `ffffffff${'0'.repeat(23)}1`];
  const onLinux: readonly Proof[] = [
    {
      name: 'memory of a worker', // is looked at on Linux alone
      options: { ...base, 'imagor-worker-max-memory': '1000000' },
      look: async (server) => (await server.ask('/unsafe/filters:blur(100):blur(90)/heavy.png')).status,
      seen: 422,
    },
    {
      name: 'memory that a worker is left with',
      options: { ...base, 'imagor-worker-recycle-memory': '1000000' },
      async look(server) {
        await server.ask('/unsafe/4x3/a.png');
        return (await server.logged('worker ended')).fields['killed'];
      },
      seen: 'recycled',
    },
  ];
  return [
    {
      name: 'the time for a request',
      options: { 'imagor-request-timeout': '200ms' },
      async look(server) {
        const { status } = await server.ask(`/unsafe/4x3/${origin.url}/hang/a.png`);
        return [status, (await server.logged('request timed out')).fields['detail']];
      },
      seen: [408, 'the request took over 200 ms'],
    },
    {
      name: 'the time for a source',
      options: { 'imagor-load-timeout': '200ms' },
      async look(server) {
        const { status } = await server.ask(`/unsafe/4x3/${origin.url}/hang/a.png`);
        const { detail } = (await server.logged('request timed out')).fields;
        return [status, /^loading .* took over 200 ms$/.test(String(detail))];
      },
      seen: [408, true],
    },
    {
      name: 'a result storage that hangs',
      env: { STORAGE_EMULATOR_HOST: gcs.url },
      options: { ...base, 'imagor-load-timeout': '4s', 'gcloud-result-storage-bucket': 'made' },
      async look(server) {
        gcs.faults.push('hang');
        const { status } = await server.ask('/unsafe/4x3/a.png');
        const { role, storage, detail } = (await server.logged('not read')).fields;
        return [status, role, storage, detail];
      },
      seen: [200, 'result-storage', 'gcs', 'waiting for 4x3/a.png from gcs took over 1000 ms'],
    },
    {
      name: 'the number of workers',
      options: { 'imagor-workers': '2' },
      look: async ({ service }) => service.processor.pids.length,
      seen: 2,
    },
    {
      name: 'jobs of a worker',
      options: { ...base, 'imagor-worker-recycle-jobs': '2' },
      async look(server) {
        const ended = (): number => server.log.filter(({ event }) => event === 'worker ended').length;
        await server.ask('/unsafe/4x3/a.png');
        await server.ask('/unsafe/4x3/a.png');
        const afterOne = ended();
        return [afterOne, (await server.logged('worker ended')).fields['killed']];
      },
      seen: [0, 'recycled'],
    },
    ...(process.platform === 'linux' ? onLinux : []),
    {
      name: 'the share of requests that are traced',
      options: {
        'otel-exporter-otlp-endpoint': collector.url,
        'otel-traces-sampler': 'traceidratio',
        'otel-traces-sampler-arg': '0.5',
      },
      async look(server) {
        for (const id of [sampled, passedOver]) {
          await server.ask('/healthcheck', { headers: { traceparent: `00-${id}-0000000000000001-01` } });
        }
        await server.close();
        return [sampled, passedOver].map((id) => bodies.join('').includes(id));
      },
      seen: [true, false],
    },
  ];
}
