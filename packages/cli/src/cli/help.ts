import type { CommandName } from './arguments.ts';
import { exitCodes } from './exit-codes.ts';
import { type Flag, flags, variableOf } from './flags.ts';

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

const shown = (flag: Flag): string => (flag.kind === 'switch' ? `--${flag.name}` : `--${flag.name} ${flag.takes}`);

function explained(flag: Flag): string {
  const repeated = flag.kind === 'list' ? '; can be repeated' : '';
  const other = flag.kind === 'single' && flag.otherVariable ? `, or ${flag.otherVariable} from the environment` : '';
  const byDefault = flag.byDefault === undefined ? '' : ` [${flag.byDefault}${other}]`;
  return `${flag.says}${repeated}${byDefault}`;
}

const codes = columns(exitCodes.map(([code, says]) => [String(code), says]));
const common: readonly (readonly [string, string])[] = [
  ['-h, --help', 'print this text'],
  ['-v, --version', 'print the version'],
];

const overview = `coracle: Amazon ECR Public, Amazon ECR and the OCI distribution protocol on this machine

Usage
${columns([
  ['coracle serve [options]', 'serve a registry until Ctrl-C'],
  ['coracle help [command]', 'explain a command and its options'],
  ['coracle --version', 'print the version'],
])}

Exit codes
${codes}

'coracle help serve' lists all options of serve.
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
${codes}
`;

const helpHelp = `coracle help: explain a command and its options

Usage
  coracle help [command]
`;

/** Returns the help about a command, or the overview of all commands if `command` is undefined. */
export function helpAbout(command: CommandName | undefined): string {
  if (command === 'serve') return serveHelp;
  return command === 'help' ? helpHelp : overview;
}

const cell = (text: string): string => text.replaceAll('|', '\\|');

/** Returns the table of the flags and their environment variables in Markdown, for the README. */
export const flagsTable = (): string =>
  [
    '| flag | variable | meaning | default |',
    '| --- | --- | --- | --- |',
    ...flags.map((flag) => {
      const repeated = flag.kind === 'list' ? '; can be repeated' : '';
      const other = flag.kind === 'single' && flag.otherVariable ? `, else \`${flag.otherVariable}\`` : '';
      const cells = [`\`${shown(flag)}\``, `\`${variableOf(flag)}\`${other}`, `${flag.says}${repeated}`];
      return `| ${[...cells, flag.byDefault ?? ''].map(cell).join(' | ')} |`;
    }),
  ].join('\n');

/** Returns the table of the exit codes in Markdown, for the README. */
export const exitCodesTable = (): string =>
  ['| exit code | meaning |', '| --- | --- |', ...exitCodes.map(([code, says]) => `| ${code} | ${says} |`)].join('\n');
