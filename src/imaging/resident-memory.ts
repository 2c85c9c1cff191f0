import { readFileSync } from 'node:fs';

/** Resident memory of a process in bytes, by Linux's procfs; undefined elsewhere, or when the process is gone. */
export function residentBytes(pid: number): number | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined; // the process ended between two looks
  }
}
