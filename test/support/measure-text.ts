import { inScope } from './vips.ts';

// A process of its own, since fontconfig reads its configuration once: argument in, widths of texts in pixels out.

const texts = JSON.parse(process.argv[2] ?? '[]') as readonly (readonly [text: string, font: string])[];
const widths = inScope((scope) => texts.map(([text, font]) => scope.text(text, { font }).width));
process.stdout.write(JSON.stringify(widths));
