import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { run } from '../support/commands.ts';
import { type CodeBlock, codeBlocks, root } from './code-blocks.ts';
import { readersFiles } from './readers-files.ts';

const blocks = codeBlocks();
const inLanguage = (...languages: readonly string[]) => blocks.filter(({ language }) => languages.includes(language));

/** Compiles blocks as modules of this workspace, and gives the messages about each. */
function messagesOf(programs: readonly CodeBlock[]): Map<CodeBlock, string[]> {
  const files = new Map(programs.map((one, i) => [`${root}test/readme/block-${i}.${one.language}`, one]));
  const texts = new Map([
    ...Object.entries(readersFiles).map(([name, text]) => [`${root}test/readme/${name}`, text] as const),
    ...[...files].map(([file, { given, code }]) => [file, `${given}\n${code}\nexport {};`] as const),
  ]);
  const { config } = ts.readConfigFile(`${root}tsconfig.base.json`, ts.sys.readFile) as { config: object };
  const options = {
    ...ts.parseJsonConfigFileContent(config, ts.sys, root).options,
    types: ['node'],
    allowJs: true,
    checkJs: true,
    // A block may show a part of a program.
    noUnusedLocals: false,
    noUnusedParameters: false,
    // The code of people who read it may be as loose as they like.
    noImplicitAny: false,
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (file) => texts.has(file) || fileExists(file);
  host.getSourceFile = (file, version, ...rest) => {
    const text = texts.get(file);
    return text === undefined ? getSourceFile(file, version, ...rest) : ts.createSourceFile(file, text, version, true);
  };
  const declarations = `${root}packages/storage-durable-object/src/cloudflare-workers.d.ts`;
  const program = ts.createProgram([...texts.keys(), declarations], options, host);
  return new Map(
    [...files].map(([file, one]) => {
      const source = program.getSourceFile(file);
      const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
      return [one, found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))];
    }),
  );
}

const programs = inLanguage('ts', 'js');
const messages = messagesOf(programs);

describe('a block of code of a README', () => {
  it.each(programs.map((one) => [one.at, one] as const))('compiles: %s', (_, one) => {
    expect(messages.get(one)).toEqual([]);
  });

  it.each(inLanguage('jsonc').map(({ at, code }) => [at, code] as const))('is JSON with comments: %s', (at, code) => {
    expect(ts.parseConfigFileTextToJson(at, code).error).toBeUndefined();
  });

  const { scripts } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { scripts: Record<string, string> };

  it.each(inLanguage('sh').map(({ at, code }) => [at, code] as const))('is a shell script: %s', async (_, code) => {
    expect(await run('bash', ['-n', '-c', code])).toEqual({ code: 0, stdout: '', stderr: '' });
    for (const [, name = ''] of code.matchAll(/^npm run (?:--silent )?([\w:]+)/gm))
      expect(scripts).toHaveProperty(name);
  });

  it('is in one of these languages', () => {
    expect(inLanguage('ts', 'js', 'jsonc', 'sh')).toEqual(blocks);
  });
});
