import type { Command } from './command.ts';

/** Everything the program does beside serving. What a command needs is loaded when it runs. */
export const COMMANDS: readonly Command[] = [
  {
    name: 'sign',
    operands: '[PATH…]',
    summary: 'Sign paths or URLs, one a line; reads them from stdin where none is given.',
    flags: {},
    run: async (input) => (await import('./sign.ts')).sign(input),
  },
  {
    name: 'explain',
    operands: '[URL…]',
    summary: 'Tell what URLs mean, step by step: signature, sizes, keys, and every storage that they would touch.',
    flags: {
      accept: { argument: 'types', help: "The client's Accept header, such as image/avif,image/webp." },
      source: {
        argument: 'WIDTHxHEIGHT',
        help: 'Take the source for one of this size, and ask no storage for anything.',
      },
      'no-load': { help: 'Ask no storage for anything: say where things would be, not whether they are there.' },
      json: { help: 'Print JSON instead of text, a line for each URL.' },
    },
    run: async (input) => (await import('./explain/explain.ts')).explain(input),
  },
  {
    name: 'formats',
    operands: '',
    summary: 'List the formats that this installation reads and writes.',
    flags: {},
    run: async (input) => (await import('./formats.ts')).formats(input),
  },
  {
    name: 's3 check',
    operands: '',
    summary: 'Try every S3 role with an object of its own, and say what to change.',
    flags: {},
    run: async (input) => (await import('./s3-check.ts')).s3Check(input),
  },
];
