import { fileURLToPath } from 'node:url';

/** The arguments with which Node runs a program of this folder on the sources. */
export const nodeArguments = (program: string, ...args: readonly string[]): string[] => [
  '--conditions=@coracle/source',
  '--expose-gc',
  '--import',
  'tsx',
  fileURLToPath(new URL(program, import.meta.url)),
  ...args,
];
