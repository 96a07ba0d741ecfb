#!/usr/bin/env node
import { createRequire } from 'node:module';
import { readCommand } from './cli/arguments.ts';
import { exitCode } from './cli/exit-codes.ts';
import { helpAbout } from './cli/help.ts';
import { runServe } from './cli/serve-command.ts';
import { UsageError } from './cli/usage-error.ts';

/** Runs the command `coracle`. The file exit-codes.ts lists the exit codes of the command. */
try {
  const command = readCommand(process.argv.slice(2), process.env);
  if (command.name === 'help') process.stdout.write(helpAbout(command.about));
  else if (command.name === 'version') process.stdout.write(`${version()}\n`);
  else await runServe(command);
} catch (error) {
  const usage = error instanceof UsageError;
  process.stderr.write(
    `coracle: ${error instanceof Error ? error.message : String(error)}${usage ? ' (see coracle help serve)' : ''}\n`,
  );
  process.exitCode = usage ? exitCode.usage : exitCode.failed;
}

function version(): string {
  // package.json is one level up, both from src/ and from dist/.
  return (createRequire(import.meta.url)('../package.json') as { version: string }).version;
}
