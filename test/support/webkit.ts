import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { findBrowser, howToInstall } from '../../scripts/browsers.mjs';
import { freePort } from './free-port.ts';
import { killGroup } from './process-group.ts';
import { WebKitTab } from './webkit-tab.ts';

/**
 * Starts WebKitGTK's MiniBrowser with a profile on the disk, on a screen that nobody sees.
 *
 * It is driven by the remote inspector, because a session of WebDriver keeps IndexedDB in memory and stores no Blob.
 * @param diskMebibytes the size of a disk of its own for the profile, which only the browser sees. The disk holds a file
 * `filler` of 8 MiB
 */
export async function launchWebKit(profile: string, diskMebibytes?: number): Promise<WebKit> {
  const program = await findBrowser('webkit');
  if (program === undefined) throw new Error(`There is no WebKit here: ${howToInstall.webkit}.`);
  const [screen, port, blank] = [await startScreen(), await freePort(), await serveBlankPages()];
  const settings = ['--enable-developer-extras=true', '--javascript-can-open-windows-automatically=true'];
  const start = diskMebibytes === undefined ? [] : onDiskOf(diskMebibytes, profile);
  const [command = program, ...args] = [...start, program, ...settings, `${blank.url}first`];
  const browser = spawn(command, args, {
    env: {
      ...process.env,
      DISPLAY: screen.display,
      GDK_BACKEND: 'x11',
      LIBGL_ALWAYS_SOFTWARE: '1',
      WEBKIT_INSPECTOR_HTTP_SERVER: `127.0.0.1:${port}`,
      HOME: profile,
      XDG_DATA_HOME: `${profile}/data`,
      XDG_CACHE_HOME: `${profile}/cache`,
      XDG_CONFIG_HOME: `${profile}/config`,
    },
    // A group of processes, so that all of them can be killed at once.
    detached: true,
    stdio: 'ignore',
  });
  const webKit = new WebKit(browser, `127.0.0.1:${port}`, blank.url);
  browser.once('exit', () => {
    screen.process.kill();
    blank.close();
  });
  await webKit.start();
  return webKit;
}

export class WebKit {
  readonly #process: ChildProcess;
  readonly #inspector: string;
  readonly #blank: string;
  #first: WebKitTab | undefined;
  #tabs = 0;

  /**
   * @param inspector the host of the remote inspector
   * @param blank the URL of a site of empty pages
   */
  constructor(process: ChildProcess, inspector: string, blank: string) {
    this.#process = process;
    this.#inspector = inspector;
    this.#blank = blank;
  }

  /** Waits for the first page, which opens all others. */
  async start(): Promise<void> {
    this.#first = await this.#tabAt(`${this.#blank}first`);
  }

  async newPage(): Promise<WebKitTab> {
    const url = `${this.#blank}${++this.#tabs}`;
    // Without an opener the page has a process of its own.
    await this.#first?.evaluate((url: string) => void open(url, '_blank', 'noopener'), url);
    return this.#tabAt(url);
  }

  group(): number {
    return Number(this.#process.pid);
  }

  async close(): Promise<void> {
    // MiniBrowser has no command to quit. All acknowledged data is on the disk.
    await killGroup(this.group());
  }

  /** Waits until the inspector lists the page with this URL, and connects to it. */
  async #tabAt(url: string): Promise<WebKitTab> {
    for (;;) {
      if (this.#process.exitCode !== null) throw new Error(`MiniBrowser ended with ${this.#process.exitCode}`);
      const list = await fetch(`http://${this.#inspector}/`).then(
        (answer) => answer.text(),
        () => '',
      );
      const entry = list.split('<tbody>').find((one) => one.includes(`>${url}<`));
      const path = /\/socket\/\d+\/\d+\/WebPage/.exec(entry ?? '')?.[0];
      if (path !== undefined) return WebKitTab.connect(`ws://${this.#inspector}${path}`);
      await wait(20);
    }
  }
}

/** Returns the start of a command line that mounts a disk on a folder for the rest of the command line. */
function onDiskOf(mebibytes: number, folder: string): string[] {
  const mount = `mkdir -p "$0" && mount -t tmpfs -o size=${mebibytes}m tmpfs "$0"`;
  const script = `${mount} && head -c 8388608 /dev/zero > "$0/filler" && exec "$@"`;
  return ['unshare', '--map-root-user', '--mount', 'sh', '-c', script, folder];
}

async function startScreen(): Promise<{ process: ChildProcess; display: string }> {
  const options = ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'];
  const xvfb = spawn('Xvfb', options, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const display = await new Promise<string>((resolve, reject) => {
    xvfb.once('error', reject);
    xvfb.once('exit', () => reject(new Error('Xvfb did not start')));
    xvfb.stdio[3]?.once('data', (data) => resolve(`:${String(data).trim()}`));
  });
  return { process: xvfb, display };
}

/** Serves empty pages, from which tabs go on to where the tests want them. */
async function serveBlankPages(): Promise<{ url: string; close: () => void }> {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html');
    response.end('<!doctype html><title>Empty</title>');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
