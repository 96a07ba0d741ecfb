import { build } from './build.mjs';
import { install } from './install.mjs';
import { run } from './tools.mjs';

// On the built packages: what users run.
const ok =
  install() &&
  (await build()) &&
  run(process.execPath, ['--import', 'tsx', 'test/bench/run.ts', ...process.argv.slice(2)]);
if (!ok) process.exitCode = 1;
