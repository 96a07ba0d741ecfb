import type { CommandName } from './arguments.ts';
import { exitCodes } from './exit-codes.ts';
import { type Flag, flags, variableOf } from './flags.ts';

const width = 100;

/** Breaks a text into lines. */
function linesOf(text: string, longest: number): string[] {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && line.length + 1 + word.length > longest) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}

/** Writes pairs in two columns. */
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
    .join(' and ')}. Commas part the values of an option that can be repeated. An option replaces its variable.`,
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

/** Gives the help about a command, or about all of them. */
export function helpAbout(command: CommandName | undefined): string {
  if (command === 'serve') return serveHelp;
  return command === 'help' ? helpHelp : overview;
}

const cell = (text: string): string => text.replaceAll('|', '\\|');

/** Gives the table of the flags and their variables, for the README. */
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

/** Gives the table of the exit codes, for the README. */
export const exitCodesTable = (): string =>
  ['| exit code | meaning |', '| --- | --- |', ...exitCodes.map(([code, says]) => `| ${code} | ${says} |`)].join('\n');
