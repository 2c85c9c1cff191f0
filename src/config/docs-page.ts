import { notesOn } from './notes.ts';
import { OPTION_GROUPS, type Option } from './option.ts';

const INTRODUCTION = `<!-- Made from src/config/options.ts by npm run generate: change it there. -->

# Configuration

Every option is an environment variable, a flag, and a line of the configuration file:

\`\`\`sh
IMAGOR_SECRET=mysecret PORT=8000 imagor
imagor -imagor-secret mysecret --port=8000
imagor -config path/to/settings.env
\`\`\`

- A flag wins over the environment, the environment over the file, and the file over the default.
- The file is \`.env\` in the working directory unless \`-config\` or \`CONFIG\` names another. [.env.example](../.env.example) is one to start from. It holds \`NAME=value\` lines, with values in quotes where they hold spaces or a \`#\`.
- A variable that is empty counts as not set.
- Switches are on with \`1\`, \`t\` or \`true\` and off with \`0\`, \`f\` or \`false\`. A flag alone switches on; \`-debug=false\` switches off.
- Durations have units: \`500ms\`, \`30s\`, \`1m30s\`, \`168h\`. Sizes are in bytes. Lists (csv) are separated by commas.
- Anything that cannot be understood stops the start, and all of it is said at once. A variable that looks like one of these and is none is a warning.
- Names and defaults are those of imagor 1.9.5. Where a default differs, its row says which value brings the old one back.
`;

/** docs/configuration.md: an introduction, and a table of options for each group. */
export function configurationPage(): string {
  const sections = [...OPTION_GROUPS].map(
    ([heading, options]) =>
      `## ${heading}\n\n| Variable | Default | What it does |\n|---|---|---|\n${options.map(tableRow).join('\n')}\n`,
  );
  return [INTRODUCTION, ...sections].join('\n');
}

function tableRow({ env, row }: Option): string {
  const standard = row.type === 'switch' ? (row.default ? 'on' : 'off') : row.default ? `\`${row.default}\`` : '';
  const text = [row.help, ...notesOn(row)].join(' ').replaceAll('|', '\\|').replaceAll('*', '\\*');
  return `| \`${env}\` | ${standard} | ${text} |`;
}

const EXAMPLE_INTRODUCTION = `# Settings for imagor-ts. Copy this file to .env, and take the # away from those you change.
# The values shown are the defaults. docs/configuration.md says more of each.
# Made from src/config/options.ts by npm run generate: change it there.
`;

/** .env.example: every option that has an effect, commented out, with its default. */
export function envExample(): string {
  const sections = [...OPTION_GROUPS].map(([heading, options]) => {
    const built = options.filter(({ row }) => row.inert === undefined);
    return built.length === 0 ? '' : `\n# ${heading}\n\n${built.map(exampleLines).join('\n')}`;
  });
  return EXAMPLE_INTRODUCTION + sections.join('');
}

function exampleLines({ env, row }: Option): string {
  const standard = row.type === 'switch' ? (row.default ? '1' : '0') : (row.default ?? '');
  return `# ${row.help}\n#${env}=${standard}\n`;
}
