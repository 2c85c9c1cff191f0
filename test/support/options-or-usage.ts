/**
 * Reads the command line of one of the project's own commands. Ends the process with the usage where `--help` asks for
 * it, and with what is wrong where something is.
 *
 * @param names What `NAME` stands for in the usage.
 * @param parse Throws an Error that says which argument is wrong.
 */
export function optionsOrUsage<Options>(
  usage: string,
  names: readonly string[],
  parse: (args: readonly string[]) => Options,
): Options {
  const args = process.argv.slice(2);
  const help = `${usage}\nNAME is one of ${names.join(', ')}\n`;
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(help);
    process.exit(0);
  }
  try {
    return parse(args);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n${help}`);
    process.exit(2);
  }
}
