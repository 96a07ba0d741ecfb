import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { install } from './install.mjs';
import { root } from './tools.mjs';

if (!install() || !(await build({ forServing: true }))) process.exit(1);

// npm hands a Ctrl-C on to this process, which has had it from the terminal already. To the server a second one
// means "at once", so that the twin must not reach it.
const emit = process.emit;
let last = { signal: '', at: 0 };
process.emit = function (event, ...rest) {
  if (event === 'SIGINT' || event === 'SIGTERM') {
    const at = performance.now();
    const twin = event === last.signal && at - last.at < 150;
    last = { signal: event, at };
    if (twin) return true;
  }
  return emit.call(this, event, ...rest);
};

// In this process, so that a signal reaches the server itself, with nothing in between that could keep it. For the same
// reason package.json starts this with `exec`: npm signals the shell, and a shell in between would end alone.
const command = join(root, 'packages', 'coracle', 'dist', 'cli.js');
process.argv = [process.execPath, command, 'serve', ...process.argv.slice(2)];
await import(pathToFileURL(command).href);
