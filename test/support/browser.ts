import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { bundle } from './bundle.ts';
import { type Engine, type LaunchSettings, launch, type RunningBrowser, type Tab } from './engines.ts';
import { killGroup, membersOf, mostMemory } from './process-group.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A browser with a profile of its own on the disk, and a site whose pages have loaded one script. */
export interface Browser {
  readonly engine: Engine;
  /** Opens a page of the site. */
  newPage(): Promise<Tab>;
  /** Quits, and starts again with the same profile. */
  restart(): Promise<void>;
  /** Ends all processes of the browser at once, with SIGKILL, and starts it again with the same profile. */
  kill(): Promise<void>;
  /** Returns the most memory that each of its processes has had, in MiB by their ids. Empty on other systems than Linux. */
  mostMemory(): Map<number, number>;
  /** Returns the path of a file of the profile, as this process reaches it. */
  profileFile(name: string): string;
  /** Waits until a page asks for `/stop`. The page gets no answer. */
  stopped(): Promise<void>;
  close(): Promise<void>;
}

interface Options extends LaunchSettings {
  /** Chromium, unless told. */
  readonly engine?: Engine;
  /** For what the module imports: the sources, unless told. */
  readonly conditions?: readonly string[];
}

/** @param script a module, whose exports the pages have as the members of `coracle` */
export async function startBrowser(
  script: string,
  { engine = 'chromium', conditions = ['@coracle/source'], ...settings }: Options = {},
): Promise<Browser> {
  const folder = await temporaryFolder();
  const site = await serveSite(await bundle(script, { format: 'iife', conditions }));
  const start = () => launch(engine, join(folder.path, 'profile'), settings);
  let running: RunningBrowser = await start();
  return {
    engine,
    newPage: async () => {
      const page = await running.newPage();
      await page.goto(site.url);
      return page;
    },
    restart: async () => {
      await running.close();
      running = await start();
    },
    kill: async () => {
      await killGroup(running.group());
      running = await start();
    },
    mostMemory: () => mostMemoryOf(running),
    // The browser may have mounted a disk there that only it sees.
    profileFile: (name) => join(`/proc/${running.group()}/root`, folder.path, 'profile', name),
    stopped: () => site.stopped(),
    close: async () => {
      await running.close();
      await site.close();
      await folder.remove();
    },
  };
}

const mostMemoryOf = (running: RunningBrowser): Map<number, number> =>
  new Map(process.platform === 'linux' ? membersOf(running.group()).map((id) => [id, mostMemory(id)]) : []);

interface Site {
  readonly url: string;
  stopped(): Promise<void>;
  close(): Promise<void>;
}

async function serveSite(script: string): Promise<Site> {
  const server = createServer(({ url }, response) => {
    if (url === '/stop') {
      server.emit('stopped');
      return;
    }
    const isScript = url === '/script.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html; charset=utf-8');
    response.end(isScript ? script : '<!doctype html><title>Coracle</title><script src="/script.js"></script>');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    stopped: async () => {
      await once(server, 'stopped');
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
