import { readFileSync } from 'node:fs';
import { readArguments } from './commands/arguments.ts';
import type { Command } from './commands/command.ts';
import { COMMANDS } from './commands/commands.ts';
import { findCommand } from './commands/find-command.ts';
import { commandLines, usageText } from './commands/usage.ts';
import { ConfigError } from './config/config-error.ts';
import { helpText } from './config/help.ts';
import { parseConfig } from './config/parse.ts';
import { AppError } from './errors.ts';
import { createLog } from './log.ts';
import { serve } from './serve.ts';
import { VERSION } from './version.ts';

await main();

async function main(): Promise<void> {
  // eight lines at each start about a Node.js that package.json says we support; it hides nothing else of the SDK
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  try {
    const { command, rest } = findCommand(process.argv.slice(2), COMMANDS);
    if (command) process.exitCode = await run(command, rest);
    else await start(rest);
  } catch (error) {
    process.stderr.write(`${startFailure(error)}\n`);
    process.exitCode = 1;
  }
}

/** Serves, or answers `-h` and `-version`. */
async function start(flags: readonly string[]): Promise<void> {
  const parsed = parseConfig(flags, process.env, readText);
  if (parsed.command !== 'serve')
    return print(parsed.command === 'help' ? helpText(commandLines(COMMANDS)) : `${VERSION}\n`);
  const log = createLog({ isDebug: parsed.config.debug, isEcs: parsed.config.logEcs });
  for (const warning of parsed.warnings) log.warn({}, warning);
  await serve(parsed.config, process.env, log);
}

/** Does something other than serving. @returns the exit code */
async function run(command: Command, argv: readonly string[]): Promise<number> {
  const { operands, flags, serverFlags, problems } = readArguments(argv, command);
  if (problems.length > 0) throw new ConfigError(problems);
  const parsed = parseConfig(serverFlags, process.env, readText);
  if (parsed.command !== 'serve') {
    print(parsed.command === 'help' ? usageText(command) : `${VERSION}\n`);
    return 0;
  }
  // whoever reads the answer may have seen enough, as `head` does
  process.stdout.on('error', (error) => process.exit('code' in error && error.code === 'EPIPE' ? 0 : 1));
  const { config, warnings } = parsed;
  const { env, stdin, stdout, stderr } = process;
  return command.run({ config, warnings, operands, flags, env, stdin, stdout, stderr });
}

function readText(path: string): string {
  return readFileSync(path, 'utf8');
}

function print(text: string): void {
  process.stdout.write(text);
}

/** What the operator reads when the server does not start: what to change, without a stack. */
function startFailure(error: unknown): string {
  if (error instanceof ConfigError) return error.problems.map((problem) => `imagor: ${problem}`).join('\n');
  if (error instanceof AppError) return `imagor: ${error.message}`;
  return `imagor: ${error instanceof Error ? error.message : String(error)}`;
}
