import { composeParts } from '../../config/compose.ts';
import { ConfigError } from '../../config/config-error.ts';
import { App } from '../../core/app.ts';
import { SILENT_LOG } from '../../log.ts';
import type { CommandInput } from '../command.ts';
import { readTargets } from '../targets.ts';
import { explainTarget } from './explain-target.ts';
import type { Question } from './explanation.ts';
import { explanationText } from './explanation-text.ts';

/** `imagor explain`: tells what a URL means, with the parts that the server would serve it with. */
export async function explain(input: CommandInput): Promise<number> {
  const { config, env, flags, stdout, stderr, warnings } = input;
  const question = readQuestion(flags);
  for (const warning of warnings) stderr.write(`imagor: ${warning}\n`);
  const parts = await composeParts({ ...config, imagorWorkers: 1, vipsCacheSizeBytes: 0 }, env, SILENT_LOG, () => {});
  try {
    let separator = '';
    for await (const url of readTargets(input)) {
      const explanation = await explainTarget({ ...question, url }, config, parts);
      stdout.write(flags.has('json') ? `${JSON.stringify(explanation)}\n` : separator + explanationText(explanation));
      separator = '\n\n';
    }
    return 0;
  } finally {
    await new App(parts).close();
  }
}

/** What the flags ask about every URL. */
function readQuestion(flags: CommandInput['flags']): Omit<Question, 'url'> {
  const source = flags.get('source');
  const [, width, height] = /^([1-9]\d{0,5})x([1-9]\d{0,5})$/.exec(source ?? '') ?? [];
  if (source !== undefined && height === undefined)
    throw new ConfigError(['-source must be the size of a picture in pixels, such as 4000x3000.']);
  return {
    accept: flags.get('accept') ?? '',
    loads: source === undefined && !flags.has('no-load'),
    ...(height === undefined ? {} : { source: { width: Number(width), height: Number(height) } }),
  };
}
