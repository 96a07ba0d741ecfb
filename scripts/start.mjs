import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { install } from './install.mjs';
import { root } from './tools.mjs';

if (!install() || !(await build({ forServing: true }))) process.exit(1);

// In this process, so that a signal reaches the server itself, with nothing in between that could keep it. For the same
// reason package.json starts this with `exec`: npm signals the shell, and a shell in between would end alone.
const command = join(root, 'packages', 'cli', 'dist', 'cli.js');
process.argv = [process.execPath, command, 'serve', ...process.argv.slice(2)];
await import(pathToFileURL(command).href);
