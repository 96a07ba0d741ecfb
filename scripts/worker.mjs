import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.mjs';
import { install } from './install.mjs';
import { root, run } from './tools.mjs';

// Runs the Worker of demos/03-cloudflare-worker in workerd on this machine. Ctrl-C stops it.
if (!install() || !(await build({ forServing: true }))) process.exit(1);
const cwd = join(root, 'demos', '03-cloudflare-worker');
const settings = join(cwd, '.dev.vars');
if (!existsSync(settings)) {
  const password = randomBytes(9).toString('base64url');
  const filled = readFileSync(`${settings}.example`, 'utf8')
    .replace(/^PASSWORD=.*/m, `PASSWORD=${password}`)
    .replace(/^TOKEN_SECRET=.*/m, `TOKEN_SECRET=${randomBytes(32).toString('hex')}`);
  writeFileSync(settings, filled, { mode: 0o600 });
  console.log(`Wrote demos/03-cloudflare-worker/.dev.vars with a random password of the user alice: ${password}`);
}
const env = { WRANGLER_SEND_METRICS: 'false' };
process.exit(run('npx', ['wrangler', 'dev', ...process.argv.slice(2)], { cwd, env }) ? 0 : 1);
