#!/usr/bin/env node
import { createRequire } from 'node:module';
import { readCommand, UsageError } from './cli/arguments.ts';
import { help } from './cli/help.ts';
import { runServe } from './cli/serve-command.ts';

/**
 * The command `coracle`. Its exit code is 0 for success, 2 for an invalid command line, and 1 for any other failure.
 */
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
  // It is one level up, both from src/ and from dist/.
  return (createRequire(import.meta.url)('../package.json') as { version: string }).version;
}
