/** System calls by their numbers on one kind of machine, as Linux' headers have them. */
export interface SystemCalls {
  /** AUDIT_ARCH_* (linux/audit.h): what the kernel says that a call was made as. */
  readonly auditArch: number;
  readonly seccomp: number;
  readonly denied: readonly number[];
}

/**
 * What a decoder is denied, by Node's names of architectures. `socket` is the network, local services as well;
 * `io_uring_setup` makes sockets, too. The others reach into other processes of the same user, of which the server is
 * one and holds credentials: `ptrace`, `process_vm_readv`, `process_vm_writev`, `pidfd_getfd`.
 */
export const SYSTEM_CALLS: Readonly<Record<string, SystemCalls>> = {
  x64: { auditArch: 0xc000003e, seccomp: 317, denied: [41, 425, 101, 310, 311, 438] },
  arm64: { auditArch: 0xc00000b7, seccomp: 277, denied: [198, 425, 117, 270, 271, 438] },
};

// linux/bpf_common.h and linux/seccomp.h
const LOAD_WORD = 0x20;
const JUMP_IF_EQUAL = 0x15;
const JUMP_IF_AT_LEAST = 0x35;
const RETURN = 0x06;
const ALLOW = 0x7fff0000;
const FAIL = 0x00050000;

const EACCES = 13;

/** Where struct seccomp_data has what is looked at. */
const OFFSET = { number: 0, arch: 4 };

/** Calls of the x32 ABI are the others with this bit set. */
const X32_BIT = 0x40000000;

const INSTRUCTION_BYTES = 8;

/**
 * Writes the filter (classic BPF, struct sock_filter): a denied call fails with EACCES, and so does every call that is
 * made as on another kind of machine, whose numbers mean others.
 */
export function systemCallFilter({ auditArch, denied }: SystemCalls): Uint8Array {
  // jumps count instructions to skip, up to the last one, which denies
  const toDeny = (after: number): number => denied.length + 1 - after;
  const instructions = [
    [LOAD_WORD, 0, 0, OFFSET.arch],
    [JUMP_IF_EQUAL, 0, denied.length + 3, auditArch],
    [LOAD_WORD, 0, 0, OFFSET.number],
    [JUMP_IF_AT_LEAST, toDeny(0), 0, X32_BIT],
    ...denied.map((number, index) => [JUMP_IF_EQUAL, toDeny(index + 1), 0, number]),
    [RETURN, 0, 0, ALLOW],
    [RETURN, 0, 0, FAIL | EACCES],
  ] as const;
  const bytes = Buffer.alloc(instructions.length * INSTRUCTION_BYTES);
  for (const [index, [code = 0, ifTrue = 0, ifFalse = 0, operand = 0]] of instructions.entries()) {
    const at = index * INSTRUCTION_BYTES;
    bytes.writeUInt16LE(code, at);
    bytes.writeUInt8(ifTrue, at + 2);
    bytes.writeUInt8(ifFalse, at + 3);
    bytes.writeUInt32LE(operand, at + 4);
  }
  return bytes;
}
