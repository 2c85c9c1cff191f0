import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { isSystemError } from './system-error.ts';

/** What {@link ownIdentity} gives. */
const IDENTITY = /^([0-9a-f]{16})-([1-9]\d*)-(\d+)$/;

let own: string | undefined;

/**
 * Names this process among all that may share a directory with it, on other machines and in other containers too:
 * where process ids are its own, its id there, and when it began. Of hexadecimal digits and `-`.
 */
export function ownIdentity(): string {
  own ??= `${processSpace()}-${process.pid}-${readStatus(process.pid)?.begunAt ?? 0}`;
  return own;
}

/**
 * Whether a process has ended for certain: false for whatever cannot be asked from here.
 *
 * @param identity as its own {@link ownIdentity}.
 */
export function hasEnded(identity: string): boolean {
  const [, space, pid, begunAt] = IDENTITY.exec(identity) ?? [];
  if (space === undefined || space !== IDENTITY.exec(ownIdentity())?.[1]) return false;
  try {
    process.kill(Number(pid), 0); // before procfs, which may be mounted to hide other users' processes
  } catch (error) {
    if (isSystemError(error, 'ESRCH')) return true;
  }
  const status = readStatus(Number(pid));
  return status !== undefined && (status.begunAt !== begunAt || 'ZX'.includes(status.state));
}

/** Ids mean the same where host, boot and PID namespace (namespaces(7)) are; without procfs, where the host is. */
function processSpace(): string {
  const parts = [hostname(), readOrEmpty(readBootId), readOrEmpty(() => readlinkSync('/proc/self/ns/pid'))];
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16);
}

function readBootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1');
}

/**
 * proc(5): `pid (name) state …`; the 22nd field says when the process began, in ticks since the boot. Undefined for a
 * process that is not there, and without procfs.
 */
function readStatus(pid: number): { readonly state: string; readonly begunAt: string } | undefined {
  const text = readOrEmpty(() => readFileSync(`/proc/${pid}/stat`, 'latin1'));
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state = '', begunAt] = [fields[0], fields[19]];
  return begunAt === undefined ? undefined : { state, begunAt };
}

/** Procfs may be missing, wholly or in part. */
function readOrEmpty(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
