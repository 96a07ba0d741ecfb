import { type ChildProcess, spawn } from 'node:child_process';
import { access } from 'node:fs/promises';
import { run } from '../support/commands.ts';

/** A browser that opens one page, and whose profile is a folder. */
export interface PageBrowser {
  readonly name: string;
  /** Whether the browser is on this machine. */
  isThere(): Promise<boolean>;
  open(url: string, profile: string): Promise<{ close(): Promise<void> }>;
}

const answers = async (command: string): Promise<boolean> =>
  (await run(command, ['--version']).catch(() => undefined))?.code === 0;

async function firstOf(commands: readonly string[]): Promise<string | undefined> {
  for (const command of commands) if (await answers(command)) return command;
  return undefined;
}

/** Ends a program with all that it has started. The program leads a group of processes of its own. */
async function endGroup(program: ChildProcess): Promise<void> {
  if (program.exitCode !== null || program.pid === undefined) return;
  const gone = new Promise((resolve) => program.once('exit', resolve));
  process.kill(-program.pid, 'SIGKILL');
  await gone;
}

function start(command: string, args: readonly string[], environment: Record<string, string> = {}) {
  const program = spawn(command, args, { stdio: 'ignore', detached: true, env: { ...process.env, ...environment } });
  return { close: () => endGroup(program) };
}

const chromiums = ['chromium', 'chromium-browser', 'google-chrome'];
const quiet = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'];
const offline = ['--disable-background-networking', '--disable-component-update', '--disable-sync'];

const chromium: PageBrowser = {
  name: 'Chromium',
  isThere: async () => (await firstOf(chromiums)) !== undefined,
  open: async (url, profile) =>
    start((await firstOf(chromiums)) ?? '', [...quiet, ...offline, `--user-data-dir=${profile}`, url]),
};

const firefoxes = ['firefox-esr', 'firefox'];

const firefox: PageBrowser = {
  name: 'Firefox',
  isThere: async () => (await firstOf(firefoxes)) !== undefined,
  open: async (url, profile) =>
    start((await firstOf(firefoxes)) ?? '', ['--headless', '--no-remote', '--profile', profile, url], {
      HOME: profile,
    }),
};

const miniBrowser = '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser';

const webkit: PageBrowser = {
  name: 'WebKit',
  isThere: () =>
    access(miniBrowser).then(
      async () => (await run('Xvfb', ['-version']).catch(() => undefined)) !== undefined,
      () => false,
    ),
  open: async (url, profile) => {
    // Xvfb is a screen that nobody sees. It writes the number of the screen.
    const screen = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '800x600x24', '-nolisten', 'tcp'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
      detached: true,
    });
    const display = await new Promise<string>((resolve, reject) => {
      screen.once('exit', () => reject(new Error('Xvfb did not start')));
      screen.stdio[3]?.once('data', (data) => resolve(`:${String(data).trim()}`));
    });
    const folders = ['HOME', 'XDG_DATA_HOME', 'XDG_CACHE_HOME', 'XDG_CONFIG_HOME'].map((name) => [name, profile]);
    const environment = { DISPLAY: display, LIBGL_ALWAYS_SOFTWARE: '1', ...Object.fromEntries(folders) };
    const browser = start(miniBrowser, [url], environment);
    return {
      close: async () => {
        await browser.close();
        await endGroup(screen);
      },
    };
  },
};

export const pageBrowsers: readonly PageBrowser[] = [chromium, firefox, webkit];
