import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { commandNames } from './arguments.ts';
import { exitCodes, transferExitCodes } from './exit-codes.ts';
import { flags } from './flags.ts';
import { exitCodesTable, flagsTable, helpAbout } from './help.ts';
import { pullFlags, pushFlags } from './transfer-flags.ts';

describe('help', () => {
  it('about serve names every flag with its default, and every exit code', () => {
    const help = helpAbout('serve');
    for (const { name } of flags) expect(help).toContain(`--${name}`);
    for (const [code] of exitCodes) expect(help).toMatch(new RegExp(`^  ${code} `, 'm'));
    expect(help.replace(/\s+/g, ' ')).toContain('[4747, or PORT from the environment]');
    expect(help).toContain('CORACLE_CREATE_ON_PUSH=true');
  });

  it.each([undefined, 'serve', 'push', 'pull', 'help'] as const)('about %s fits into 100 columns', (command) => {
    expect(
      helpAbout(command)
        .split('\n')
        .filter((line) => line.length > 100),
    ).toEqual([]);
  });

  it.each([
    ['push', pushFlags],
    ['pull', pullFlags],
  ] as const)('about %s names every flag with its default, and every exit code', (command, rows) => {
    const help = helpAbout(command);
    for (const { name } of rows) expect(help).toContain(`--${name}`);
    for (const [code] of transferExitCodes) expect(help).toMatch(new RegExp(`^  ${code} `, 'm'));
    expect(help).toContain('docker login');
    expect(help).toContain('CORACLE_QUIET=true');
  });

  it('about everything names the commands', () => {
    for (const name of commandNames) expect(helpAbout(undefined)).toMatch(new RegExp(`^  coracle ${name} `, 'm'));
  });
});

/** `npx vitest run --project unit packages/cli/src/cli/help.test.ts -u` writes the tables into the README. */
it('the tables of the README are current', async () => {
  const readme = new URL('../../README.md', import.meta.url);
  const between = (text: string, name: string, table: string): string =>
    text.replace(
      new RegExp(`(<!-- ${name} -->\n)[^]*(<!-- /${name} -->)`),
      (_, start, end) => `${start}\n${table}\n\n${end}`,
    );
  const tables = {
    flags: flagsTable(),
    'exit codes': exitCodesTable(),
    'push flags': flagsTable(pushFlags),
    'pull flags': flagsTable(pullFlags),
    'push and pull exit codes': exitCodesTable(transferExitCodes),
  };
  const text = readFileSync(readme, 'utf8');
  for (const name of Object.keys(tables)) expect(text.split(`<!-- ${name} -->`)).toHaveLength(2);
  const current = Object.entries(tables).reduce((sum, [name, table]) => between(sum, name, table), text);
  await expect(current).toMatchFileSnapshot('../../README.md');
});
