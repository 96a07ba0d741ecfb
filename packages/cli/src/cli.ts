#!/usr/bin/env node
import { createRequire } from 'node:module';
import { commandNames, readCommand } from './cli/arguments.ts';
import { exitCode } from './cli/exit-codes.ts';
import { helpAbout } from './cli/help.ts';
import { runPull } from './cli/pull-command.ts';
import { runPush } from './cli/push-command.ts';
import { runServe } from './cli/serve-command.ts';
import { UsageError } from './cli/usage-error.ts';

// If the reader of the output ends, as `head` does, the command goes on.
let isLost = false;
process.stderr.on('error', () => undefined);
process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
  if (code === 'EPIPE' || isLost) return;
  isLost = true;
  process.stderr.write(`coracle: the output cannot be written: ${message}\n`);
});
process.on('exit', () => {
  if (isLost) process.exitCode = exitCode.failed;
});

/** Runs the command `coracle`. The file exit-codes.ts lists the exit codes of the command. */
try {
  const command = readCommand(process.argv.slice(2), process.env);
  if (command.name === 'help') process.stdout.write(helpAbout(command.about));
  else if (command.name === 'version') process.stdout.write(`${version()}\n`);
  else if (command.name === 'serve') await runServe(command);
  else process.exitCode = await (command.name === 'push' ? runPush(command) : runPull(command));
} catch (error) {
  const usage = error instanceof UsageError;
  process.stderr.write(
    `coracle: ${error instanceof Error ? error.message : String(error)}${usage ? ` (see coracle ${about()})` : ''}\n`,
  );
  process.exitCode = usage ? exitCode.usage : exitCode.failed;
}

function about(): string {
  const command = commandNames.find((name) => name === process.argv[2]);
  return command === undefined || command === 'help' ? 'help' : `help ${command}`;
}

function version(): string {
  // package.json is one level up, both from src/ and from dist/.
  return (createRequire(import.meta.url)('../package.json') as { version: string }).version;
}
