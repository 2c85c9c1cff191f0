import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** Ids of the processes that a process has started and that still run, stopped ones too. */
export async function childrenOf(parent: number): Promise<number[]> {
  const pairs = process.platform === 'linux' ? await parentsByProcfs() : await parentsByPs();
  return pairs.filter(([, ppid]) => ppid === parent).map(([pid]) => pid);
}

type PidAndParent = readonly [pid: number, parent: number];

/** Small containers have no `ps`. proc(5): `pid (name) state ppid …`; a zombie, state Z, has ended. */
async function parentsByProcfs(): Promise<PidAndParent[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const stats = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'latin1').catch(() => ''))); // gone
  return stats.flatMap((stat) => {
    const [, pid, state, ppid] = /^(\d+) \(.*\) (\S) (\d+)/s.exec(stat) ?? [];
    return pid === undefined || state === 'Z' ? [] : [[Number(pid), Number(ppid)] as const];
  });
}

async function parentsByPs(): Promise<PidAndParent[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=']);
  return stdout
    .trim()
    .split('\n')
    .map((line) => {
      const [pid = '', ppid = ''] = line.trim().split(/\s+/);
      return [Number(pid), Number(ppid)];
    });
}
