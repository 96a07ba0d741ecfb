import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright';
import { build, defaultClientConditions } from 'vite';
import { findChromium } from '../../scripts/chromium.mjs';
import { chromiumArguments } from './chromium-arguments.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A Chromium with a profile of its own on the disk, and a site whose pages have loaded one script. */
export interface Browser {
  /** Opens a page of the site. */
  newPage(): Promise<Page>;
  /** Quits, and starts again with the same profile. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/**
 * @param script a module, whose exports the pages have as the members of `coracle`
 * @param conditions for what the module imports: the sources, unless told
 */
export async function startBrowser(
  script: string,
  conditions: readonly string[] = ['@coracle/source'],
): Promise<Browser> {
  const executablePath = await findChromium();
  if (executablePath === undefined) throw new Error('There is no Chromium here: run node scripts/chromium.mjs');
  const folder = await temporaryFolder();
  const site = await serveSite(await bundle(script, conditions));
  const launch = () =>
    chromium.launchPersistentContext(join(folder.path, 'profile'), { executablePath, args: [...chromiumArguments] });
  let context: BrowserContext = await launch();
  return {
    newPage: async () => {
      const page = await context.newPage();
      await page.goto(site.url);
      return page;
    },
    restart: async () => {
      await context.close();
      context = await launch();
    },
    close: async () => {
      await context.close();
      await site.close();
      await folder.remove();
    },
  };
}

async function bundle(script: string, conditions: readonly string[]): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'warn',
    resolve: { conditions: [...conditions, ...defaultClientConditions] },
    build: {
      write: false,
      minify: false,
      target: 'es2022',
      lib: { entry: script, formats: ['iife'], name: 'coracle' },
    },
  });
  const chunks = [built].flat().flatMap((one) => ('output' in one ? one.output : []));
  const [code] = chunks.flatMap((chunk) => (chunk.type === 'chunk' ? [chunk.code] : []));
  if (code === undefined) throw new Error(`${script} was bundled to nothing`);
  return code;
}

async function serveSite(script: string): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer(({ url }, response) => {
    const isScript = url === '/script.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html; charset=utf-8');
    response.end(isScript ? script : '<!doctype html><title>Coracle</title><script src="/script.js"></script>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
