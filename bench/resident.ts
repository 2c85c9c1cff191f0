import { readdirSync, readFileSync } from 'node:fs';

/**
 * Memory of a process and everything it has started, in MB: what each has for itself, and what they share — the Node
 * binary, above all — once (Linux: smaps_rollup of proc(5)). What ends while it is looked at counts for nothing.
 * Undefined on other systems.
 */
export function residentMb(pid: number): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const members = family(pid).flatMap(memory);
  const own = members.reduce((sum, { ownKib }) => sum + ownKib, 0);
  const shared = Math.max(0, ...members.map(({ sharedKib }) => sharedKib));
  return ((own + shared) * 1024) / 1e6;
}

function family(pid: number): number[] {
  const threads = whileAlive(() => readdirSync(`/proc/${pid}/task`));
  const children = threads.flatMap((thread) =>
    whileAlive(() =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    ),
  );
  return [pid, ...children.flatMap(family)];
}

function memory(pid: number): readonly { ownKib: number; sharedKib: number }[] {
  return whileAlive(() => {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    const kib = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(rollup)?.[1]);
    return [
      { ownKib: kib('Private_Clean') + kib('Private_Dirty'), sharedKib: kib('Shared_Clean') + kib('Shared_Dirty') },
    ];
  });
}

/** Threads and workers come and go. */
function whileAlive<Value>(read: () => readonly Value[]): readonly Value[] {
  try {
    return read();
  } catch (error) {
    const isGone = error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH');
    if (isGone) return [];
    throw error;
  }
}
