import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

/** Ids of the processes that a process has started and that still run, frozen ones too. */
export async function childrenOf(parent: number): Promise<number[]> {
  return (await runningProcesses()).filter(([, ppid]) => ppid === parent).map(([pid]) => pid);
}

/** Waits until none of these processes runs any more: they are nobody's children of ours, so there is no event. */
export async function allEnded(pids: readonly number[]): Promise<void> {
  while ((await runningProcesses()).some(([pid]) => pids.includes(pid))) await pause(5);
}

function runningProcesses(): Promise<PidAndParent[]> {
  return process.platform === 'linux' ? readProcfs() : readPs();
}

type PidAndParent = readonly [pid: number, parent: number];

/** Small containers have no `ps`. proc(5): `pid (name) state ppid …`; a zombie, state Z, has ended. */
async function readProcfs(): Promise<PidAndParent[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const stats = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'latin1').catch(() => ''))); // gone
  return stats.flatMap((stat) => {
    const [, pid, state, ppid] = /^(\d+) \(.*\) (\S) (\d+)/s.exec(stat) ?? [];
    return pid === undefined || state === 'Z' ? [] : [[Number(pid), Number(ppid)] as const];
  });
}

async function readPs(): Promise<PidAndParent[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=']);
  return stdout
    .trim()
    .split('\n')
    .map((line) => {
      const [pid = '', ppid = ''] = line.trim().split(/\s+/);
      return [Number(pid), Number(ppid)];
    });
}
