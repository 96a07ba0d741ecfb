import { build } from './build.mjs';
import { install } from './install.mjs';
import { run } from './tools.mjs';

// The SDK says at every start that it will drop Node 20; the project knows.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

// On the built packages: what users run.
const ok =
  install() &&
  (await build()) &&
  run(process.execPath, ['--import', 'tsx', 'test/bench/run.ts', ...process.argv.slice(2)]);
if (!ok) process.exitCode = 1;
