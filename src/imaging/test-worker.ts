import { receive, send } from './channel.ts';

// A worker for the tests of the pool: it does what its messages say, the worst things included. The channel and the
// process around it are the real ones.

/** What a test can have a worker do. */
export type Order =
  | { readonly do: 'echo' }
  | { readonly do: 'segfault' }
  | { readonly do: 'exit'; readonly code: number }
  | { readonly do: 'hang' }
  | { readonly do: 'grow' }
  | { readonly do: 'claim'; readonly residentBytes: number };

/** The answer to `echo` and `claim`. */
export interface Echo {
  readonly residentBytes: number;
  readonly pid: number;
  readonly env: readonly string[];
}

const setup = receive<{ readonly hang?: boolean }>();
while (setup?.data.hang); // as the module of a detector may
send({ data: { ready: true }, blobs: [] });
for (let message = receive<Order>(); message; message = receive<Order>()) {
  const order = message.data;
  const echo = { pid: process.pid, env: Object.keys(process.env), residentBytes: 0 };
  switch (order.do) {
    case 'echo':
      send<Echo>({ data: echo, blobs: message.blobs });
      break;
    case 'claim':
      send<Echo>({ data: { ...echo, residentBytes: order.residentBytes }, blobs: [] });
      break;
    case 'segfault':
      process.kill(process.pid, 'SIGSEGV');
      break;
    case 'exit':
      process.stderr.write('a last word\n');
      process.exit(order.code);
      break;
    case 'hang':
      for (;;);
    case 'grow':
      // filled, so that the pages are really there
      for (const hoard: Buffer[] = []; ; ) hoard.push(Buffer.alloc(8 << 20, 1));
  }
}
