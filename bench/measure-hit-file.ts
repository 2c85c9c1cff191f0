import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { imagorWithResults } from './contestants/imagor.ts';
import { ServerProcess, type ServerProgram } from './contestants/server-process.ts';
import { HIT_PATHS, SIGNED_HIT_PATHS } from './hit-paths.ts';
import { HIT_CONNECTIONS, hitServer, measureHits } from './measure-hits.ts';
import type { Effort } from './measure-throughput.ts';
import type { Outcome } from './report.ts';
import { checkSameAnswers, storeResults } from './store-results.ts';

const FLOOR_PER_SECOND = 5_000;

/**
 * How often a second imagor-ts answers with a result that it has in a folder, beside the least server of files that Node
 * can be over the same folder.
 *
 * @param photos The folder of sources.
 */
export async function measureHitFile(photos: string, effort: Effort): Promise<Outcome> {
  const folder = mkdtempSync(path.join(tmpdir(), 'imagor-ts-bench-'));
  try {
    const program = imagorWithResults(photos, [`-file-result-storage-base-dir=${folder}`], {});
    await using imagor = await ServerProcess.start(program, '/healthcheck');
    const bytes = await storeResults(imagor.origin);
    const paths = HIT_PATHS.map((name) => `/${name}`);
    await using files = await ServerProcess.start(fileServer(folder), `/${HIT_PATHS[0]}`);
    await checkSameAnswers([imagor.origin, SIGNED_HIT_PATHS], [files.origin, paths]);
    return await measureHits(
      {
        title: `hits of results in files, ${HIT_CONNECTIONS} connections`,
        contestants: [hitServer('imagor-ts', imagor, SIGNED_HIT_PATHS), hitServer('node:http', files, paths)],
        floor: FLOOR_PER_SECOND,
        note: `${(bytes / 1000).toFixed(1)} kB each`,
      },
      effort,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function fileServer(folder: string): ServerProgram {
  return {
    name: 'node:http',
    script: new URL('./contestants/static-server.js', import.meta.url),
    arguments: (port) => [String(port), folder],
  };
}
