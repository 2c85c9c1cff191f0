import { STATUS_CODES } from 'node:http';
import type { ExplainedStep, Explanation, Place, SignatureFinding } from './explanation.ts';

/** An explanation for people: facts, steps with the size after each, places, headers, and what to look at. */
export function explanationText(explanation: Explanation): string {
  const { steps, results, images, headers, notes } = explanation;
  const places = [
    ...group('the result', results),
    ...images.flatMap(({ image, use, places: own }) => group(`the ${use}, ${image}`, own)),
  ];
  const sections = [
    table(facts(explanation)),
    titled('Steps, and the size after each', table(steps.flatMap((step) => stepRows(step, '  ')))),
    titled('Where it looks, in this order', table(places)),
    titled('Headers', table(Object.entries(headers).map(([name, value]) => [`  ${name}`, value]))),
    titled('Also', notes.map((note) => `  - ${note}`).join('\n')),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function facts({ url, status, reason, signature, baseParams, format, resultPath, params }: Explanation): string[][] {
  const answer = `${status} ${STATUS_CODES[status] ?? ''}`.trim();
  return [
    ['URL', url],
    ['Answer', reason === undefined ? `${answer}, as far as can be told` : `${answer}: ${reason}`],
    ...(signature ? signatureRows(signature) : []),
    ...(typeof params?.['image'] === 'string' ? [['Image', params['image']]] : []),
    ...(baseParams === undefined ? [] : [['Base params', baseParams]]),
    ...(format?.variesByAccept ? [['Format', formatWords(format.accept, format.added)]] : []),
    ...(resultPath === undefined ? [] : [['Result', resultPath]]),
  ];
}

function signatureRows({ state, secret, isUnescaped, right, hint }: SignatureFinding): string[][] {
  const states: Readonly<Record<SignatureFinding['state'], string>> = {
    valid: `valid, by secret ${secret}${isUnescaped ? ', once the path is unescaped' : ''}`,
    unsafe: 'none needed: IMAGOR_UNSAFE is set',
    'unsafe refused': 'unsafe/ is refused',
    missing: 'missing',
    wrong: 'wrong',
    'no secret': 'cannot be valid, for there is no secret',
  };
  const words = hint === undefined ? states[state] : `${states[state]}: ${hint}`;
  return [['Signature', words], ...(right === undefined ? [] : [['Right', right]])];
}

function formatWords(accept: string, added: readonly string[]): string {
  const client =
    accept === '' ? 'a client that accepts nothing in particular (-accept)' : `a client that accepts ${accept}`;
  return `${added.length > 0 ? added.join(', ') : 'its own'}, for ${client}`;
}

function stepRows(
  { step, words, width, height, frames = 1, notes, inside }: ExplainedStep,
  indent: string,
): string[][] {
  const size = width === undefined ? '' : `${width} × ${height}${frames > 1 ? ` × ${frames}` : ''}`;
  return [
    ...inside.flatMap((one) => stepRows(one, `${indent}  `)),
    [`${indent}${step}`, size, words],
    ...notes.map((note) => ['', '', `! ${note}`]),
  ];
}

function group(what: string, places: readonly Place[]): string[][] {
  return places.length === 0 ? [] : [[`  for ${what}`], ...places.flatMap(placeRows)];
}

function placeRows({ role, adapter, key, at, isSavedTo, failure, ...place }: Place): string[][] {
  const state = failure === undefined ? stateOf(place) : ['failed'];
  const saved = isSavedTo && place.found !== 'yes' ? ['saved there afterwards'] : [];
  const where = at.length === 0 ? key : at.join(', then ');
  const row = [`    ${role}`, adapter, [...state, ...saved].join('; '), where];
  return failure === undefined ? [row] : [row, [`      ! ${failure}`]];
}

function stateOf({
  found,
  bytes,
  modifiedAt,
  reason,
}: Pick<Place, 'found' | 'bytes' | 'modifiedAt' | 'reason'>): string[] {
  if (reason !== undefined) return [reason];
  switch (found) {
    case 'yes': {
      const details = [...(bytes === undefined ? [] : [`${bytes} bytes`]), ...(modifiedAt ? [`of ${modifiedAt}`] : [])];
      return [['there', ...details].join(', ')];
    }
    case 'no':
      return ['not there'];
    case 'cannot tell':
      return ['it cannot tell'];
    case 'not asked':
      return [];
  }
}

function titled(title: string, body: string): string {
  return body === '' ? '' : `${title}\n${body}`;
}

/** Columns in line; a row of one cell is a heading, and as wide as it likes. */
function table(rows: readonly (readonly string[])[]): string {
  const columns = Math.max(0, ...rows.map(({ length }) => length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(0, ...rows.map((row) => (row.length > 1 ? (row[column]?.length ?? 0) : 0))),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
