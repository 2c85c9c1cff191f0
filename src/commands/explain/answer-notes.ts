import type { Config } from '../../config/config.ts';
import { ANSWER_FILTERS, isWorthKeeping, type Resolved } from '../../core/resolve.ts';
import type { ImageParams } from '../../endpoint/params.ts';
import { argumentNotes } from './filter-words.ts';

/** What there is to say about the answer, beside the picture; one sentence each. */
export function answerNotes(asked: ImageParams, resolved: Resolved, config: Config): string[] {
  const { filters } = asked;
  return [
    ...(asked.params ? [paramsNote(config)] : []),
    ...(isWorthKeeping(resolved)
      ? []
      : [`${resolved.isRaw ? 'raw()' : 'preview()'} keeps the result out of the storages.`]),
    ...filters
      .filter(({ name }) => ANSWER_FILTERS.has(name))
      .flatMap(({ name, args }) => argumentNotes(name, args).map((note) => `${name}: ${note}.`)),
    ...(config.imagorResponseRawOnError
      ? [
          'Should the picture fail, its source is sent as it is, with the status of the error (IMAGOR_RESPONSE_RAW_ON_ERROR).',
        ]
      : []),
    ...(config.imagorModifiedTimeCheck
      ? ['A stored result that is older than its source is made again (IMAGOR_MODIFIED_TIME_CHECK).']
      : []),
  ];
}

function paramsNote({ imagorDisableParamsEndpoint }: Config): string {
  return imagorDisableParamsEndpoint
    ? 'params/ is answered with 404 (IMAGOR_DISABLE_PARAMS_ENDPOINT); this is about the URL without it.'
    : 'params/ answers what the URL says, as JSON, signed or not; this is about the URL without it.';
}
