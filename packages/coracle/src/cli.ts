#!/usr/bin/env node
import { createRequire } from 'node:module';
import { readCommand, UsageError } from './cli/arguments.ts';
import { help } from './cli/help.ts';
import { runServe } from './cli/serve-command.ts';

/** The command `coracle`. It ends with 0, with 2 for a command line that cannot be meant, with 1 for what failed. */
try {
  const command = readCommand(process.argv.slice(2), process.env);
  if (command.name === 'help') process.stdout.write(help);
  else if (command.name === 'version') process.stdout.write(`${version()}\n`);
  else await runServe(command);
} catch (error) {
  const usage = error instanceof UsageError;
  process.stderr.write(
    `coracle: ${error instanceof Error ? error.message : String(error)}${usage ? '; see coracle --help' : ''}\n`,
  );
  process.exitCode = usage ? 2 : 1;
}

function version(): string {
  // One level up, from src/ as from dist/.
  return (createRequire(import.meta.url)('../package.json') as { version: string }).version;
}
