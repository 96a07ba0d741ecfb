import type { CommandName } from './arguments.ts';
import { exitCodes, transferExitCodes } from './exit-codes.ts';
import { type Flag, flags, variableOf } from './flags.ts';
import { transferWords } from './transfer-arguments.ts';
import { pullFlags, pushFlags } from './transfer-flags.ts';

const width = 100;

/** Breaks a text between words into lines of at most `longest` characters, and returns the lines. */
function linesOf(text: string, longest: number): string[] {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && line.length + 1 + word.length > longest) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}

/** Returns the rows as text in two aligned columns. A long text in the right column is broken into lines. */
function columns(rows: readonly (readonly [left: string, right: string])[]): string {
  const column = Math.max(...rows.map(([left]) => left.length)) + 4;
  return rows
    .flatMap(([left, right]) =>
      linesOf(right, width - column).map((line, i) => `${(i === 0 ? `  ${left}` : '').padEnd(column)}${line}`),
    )
    .join('\n');
}

/** A flag of any command. Its function `set` is not needed here. */
type AnyFlag = Flag<never>;

const shown = (flag: AnyFlag): string => (flag.kind === 'switch' ? `--${flag.name}` : `--${flag.name} ${flag.takes}`);

function explained(flag: AnyFlag): string {
  const repeated = flag.kind === 'list' ? '; can be repeated' : '';
  const other = flag.kind === 'single' && flag.otherVariable ? `, or ${flag.otherVariable} from the environment` : '';
  const byDefault = flag.byDefault === undefined ? '' : ` [${flag.byDefault}${other}]`;
  return `${flag.says}${repeated}${byDefault}`;
}

const codesOf = (table: typeof exitCodes): string => columns(table.map(([code, says]) => [String(code), says]));
const common: readonly (readonly [string, string])[] = [
  ['-h, --help', 'print this text'],
  ['-v, --version', 'print the version'],
];

const overview = `coracle: Amazon ECR Public, Amazon ECR and the OCI distribution protocol on this machine

Usage
${columns([
  ['coracle serve [options]', 'serve a registry until Ctrl-C'],
  ['coracle push [options] <image.tar> <image>', 'push an archive or a folder to a registry'],
  ['coracle pull [options] <image> <image.tar>', 'pull an image into an archive'],
  ['coracle help [command]', 'explain a command and its options'],
  ['coracle --version', 'print the version'],
])}

Exit codes
${codesOf(exitCodes)}

'coracle help serve', 'coracle help push' and 'coracle help pull' list the options of a command.
`;

const serveHelp = `coracle serve: serve a registry until Ctrl-C

Usage
  coracle serve [options]

Options [and their defaults]
${columns([...flags.map((flag) => [shown(flag), explained(flag)] as const), ...common])}

Environment
${linesOf(
  `Each option can also be set by an environment variable with its name in capitals after CORACLE_, such as ${flags
    .filter(({ name }) => name === 'port' || name === 'create-on-push')
    .map((flag) => `${variableOf(flag)}=${flag.kind === 'switch' ? 'true' : '8080'}`)
    .join(' and ')}. Commas separate the values of a repeated option. A command-line option replaces its variable.`,
  width - 2,
)
  .map((line) => `  ${line}`)
  .join('\n')}

Exit codes
${codesOf(exitCodes)}
`;

const paragraph = (text: string): string =>
  linesOf(text, width - 2)
    .map((line) => `  ${line}`)
    .join('\n');

const transferHelp = (
  name: 'push' | 'pull',
  title: string,
  about: readonly string[],
  rows: readonly AnyFlag[],
) => `coracle ${name}: ${title}

Usage
  coracle ${name} [options] ${transferWords[name]}

${about.map(paragraph).join('\n')}

Options [and their defaults]
${columns([...rows.map((flag) => [shown(flag), explained(flag)] as const), ...common])}

Login
${paragraph("The login is that of 'docker login' or 'podman login', or CORACLE_USERNAME and CORACLE_PASSWORD from the environment.")}

Exit codes
${codesOf(transferExitCodes)}
`;

const pushHelp = transferHelp(
  'push',
  'push an archive or a folder to a registry',
  [
    'The archive is one of docker save, podman save or skopeo; the folder has an OCI layout. Layers that the registry has are not sent.',
    'After Ctrl-C or a failure, the same command goes on where it stopped.',
  ],
  pushFlags,
);

const pullHelp = transferHelp(
  'pull',
  'pull an image into an archive',
  ['The archive is a tar with an OCI layout, which podman load and skopeo read.'],
  pullFlags,
);

const helpHelp = `coracle help: explain a command and its options

Usage
  coracle help [command]
`;

/** Returns the help about a command, or the overview of all commands if `command` is undefined. */
export function helpAbout(command: CommandName | undefined): string {
  if (command === 'serve') return serveHelp;
  if (command === 'push') return pushHelp;
  if (command === 'pull') return pullHelp;
  return command === 'help' ? helpHelp : overview;
}

const cell = (text: string): string => text.replaceAll('|', '\\|');

/** Returns the table of the flags of a command and their environment variables in Markdown, for the README. */
export const flagsTable = (rows: readonly AnyFlag[] = flags): string =>
  [
    '| flag | variable | meaning | default |',
    '| --- | --- | --- | --- |',
    ...rows.map((flag) => {
      const repeated = flag.kind === 'list' ? '; can be repeated' : '';
      const other = flag.kind === 'single' && flag.otherVariable ? `, else \`${flag.otherVariable}\`` : '';
      const cells = [`\`${shown(flag)}\``, `\`${variableOf(flag)}\`${other}`, `${flag.says}${repeated}`];
      return `| ${[...cells, flag.byDefault ?? ''].map(cell).join(' | ')} |`;
    }),
  ].join('\n');

/** Returns a table of exit codes in Markdown, for the README. */
export const exitCodesTable = (table = exitCodes): string =>
  ['| exit code | meaning |', '| --- | --- |', ...table.map(([code, says]) => `| ${code} | ${says} |`)].join('\n');
