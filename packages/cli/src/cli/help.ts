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

'coracle help serve', 'coracle help push' and 'coracle help pull' list the options of a command, and
its exit codes.
`;

const paragraph = (text: string): string =>
  linesOf(text, width - 2)
    .map((line) => `  ${line}`)
    .join('\n');

/** Returns the text about the environment variables of a command. `examples` are variables with values. */
const environmentHelp = (...examples: readonly string[]): string =>
  paragraph(
    `Each option can also be set by an environment variable with its name in capitals after CORACLE_, such as ${examples.join(' and ')}. Commas separate the values of a repeated option. A command-line option replaces its variable.`,
  );

const serveHelp = `coracle serve: serve a registry until Ctrl-C

Usage
  coracle serve [options]

Options [and their defaults]
${columns([...flags.map((flag) => [shown(flag), explained(flag)] as const), ...common])}

Environment
${environmentHelp('CORACLE_PORT=8080', 'CORACLE_CREATE_ON_PUSH=true')}

Exit codes
${codesOf(exitCodes)}
`;

interface TransferHelp {
  readonly title: string;
  /** The arguments of an example. */
  readonly example: string;
  readonly about: readonly string[];
  readonly rows: readonly AnyFlag[];
  /** Variables with values, for the example of the environment. */
  readonly variables: readonly string[];
}

const transferHelp = (
  name: 'push' | 'pull',
  { title, example, about, rows, variables }: TransferHelp,
) => `coracle ${name}: ${title}

Usage
  coracle ${name} [options] ${transferWords[name]}
  coracle ${name} ${example}

${about.map(paragraph).join('\n')}

Options [and their defaults]
${columns([...rows.map((flag) => [shown(flag), explained(flag)] as const), ...common])}

Login
${paragraph("The login is that of 'docker login' or 'podman login'. The variables CORACLE_USERNAME and CORACLE_PASSWORD replace it.")}

Environment
${environmentHelp(...variables)}

Exit codes
${codesOf(transferExitCodes)}
`;

/** docker names images in this way. */
const hub = 'An image whose name has no registry is on Docker Hub. The default of the tag is latest.';

const pushHelp = transferHelp('push', {
  title: 'push an archive or a folder to a registry',
  example: 'web.tar localhost:4747/team/web:v1',
  about: [
    'The archive is one of docker save, podman save, buildah or skopeo, and may be compressed; the folder has an OCI layout. An image index is pushed with all of its images. Layers that the registry has are not sent.',
    'After Ctrl-C or a failure, the same command goes on where it stopped.',
    hub,
  ],
  rows: pushFlags,
  variables: ['CORACLE_CHUNK_SIZE=20MB', 'CORACLE_QUIET=true'],
});

const pullHelp = transferHelp('pull', {
  title: 'pull an image into an archive',
  example: 'localhost:4747/team/web:v1 web.tar',
  about: [
    'The archive is a tar with an OCI layout, which podman load and skopeo read. An image index is pulled with all of its images.',
    hub,
  ],
  rows: pullFlags,
  variables: ['CORACLE_FORCE=true', 'CORACLE_QUIET=true'],
});

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
