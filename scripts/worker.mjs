import { join } from 'node:path';
import { build } from './build.mjs';
import { install } from './install.mjs';
import { root, run } from './tools.mjs';

// Runs the Worker of demos/03-cloudflare-worker in workerd on this machine. Ctrl-C stops it.
if (!install() || !(await build({ forServing: true }))) process.exit(1);
const cwd = join(root, 'demos', '03-cloudflare-worker');
const env = { WRANGLER_SEND_METRICS: 'false' };
process.exit(run('npx', ['wrangler', 'dev', ...process.argv.slice(2)], { cwd, env }) ? 0 : 1);
