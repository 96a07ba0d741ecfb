// Builds the site, serves it on this machine, and opens it in a browser if there is one.
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import sirv from 'sirv';
import './build.mjs';

// Browsers keep data by origin, and the port is part of it. With another port, the images of the last start are missing.
const { values } = parseArgs({ options: { port: { type: 'string', default: '4748' } } });
const files = sirv(fileURLToPath(new URL('dist', import.meta.url)), { dev: true });
const server = createServer(files);
server.on('error', (error) => {
  console.error(`The demo cannot be served: ${error.message}. Choose another port with --port.`);
  process.exitCode = 1;
});
server.listen(Number(values.port), '127.0.0.1', () => {
  const url = `http://127.0.0.1:${server.address().port}/`;
  console.log(`The demo is at ${url}. Ctrl-C stops the server. The page also works without it.`);
  open(url);
});

/** Opens an address in the browser of the user, unless this is a script or a machine without a screen. */
function open(url) {
  const { platform, env, stdout } = process;
  const screen = platform !== 'linux' || env.DISPLAY || env.WAYLAND_DISPLAY;
  if (!stdout.isTTY || !screen) return;
  const commands = { darwin: ['open'], win32: ['cmd', '/c', 'start'] };
  const [command, ...args] = commands[platform] ?? ['xdg-open'];
  const browser = spawn(command, [...args, url], { stdio: 'ignore', detached: true });
  // The address is on the screen already.
  browser.on('error', () => undefined);
  browser.unref();
}
