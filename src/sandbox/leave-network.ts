import koffi from 'koffi';
import { SYSTEM_CALLS, systemCallFilter } from './system-call-filter.ts';

const PR_SET_NO_NEW_PRIVS = 38;
const SECCOMP_SET_MODE_FILTER = 1;

/** For the threads that Node has started, too. */
const SECCOMP_FILTER_FLAG_TSYNC = 1;

/** struct sock_fprog: a 16-bit count of instructions, and where they are. */
const PROGRAM_BYTES = 16;
const INSTRUCTION_BYTES = 8;

/**
 * Takes the network away from this process for good, and from every process that it starts: it can open no more sockets.
 * Nor can it look into other processes. It takes no rights to do so (seccomp(2), with no_new_privs).
 *
 * @returns whether it worked: on Linux alone, and there not where a container forbids it.
 */
export function leaveNetwork(): boolean {
  const calls = process.platform === 'linux' ? SYSTEM_CALLS[process.arch] : undefined;
  if (!calls) return false;
  const self = koffi.load(null);
  const prctl = self.func('int prctl(int option, ulong value, ulong, ulong, ulong)');
  const syscall = self.func('long syscall(long number, ulong operation, ulong flags, void *program)');
  const program = koffi.alloc('uint8_t', PROGRAM_BYTES) as bigint;
  const bytes = systemCallFilter(calls);
  const filter = koffi.alloc('uint8_t', bytes.length) as bigint;
  try {
    new Uint8Array(koffi.view(filter, bytes.length)).set(bytes);
    const fields = new DataView(koffi.view(program, PROGRAM_BYTES));
    fields.setUint16(0, bytes.length / INSTRUCTION_BYTES, true);
    fields.setBigUint64(8, filter, true);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) !== 0) return false;
    return Number(syscall(calls.seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, program)) === 0;
  } finally {
    koffi.free(filter);
    koffi.free(program);
  }
}
