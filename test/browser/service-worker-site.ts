import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { onTestFinished } from 'vitest';
import { codeBlocks, root } from '../readme/code-blocks.ts';
import { bundle } from '../support/bundle.ts';
import type { InPage } from './service-worker-page.ts';

declare global {
  /** In the pages: resolves when a service worker answers their requests. */
  var ready: Promise<InPage>;
}

/** A server of files on this machine. */
export interface Site {
  /** With a slash at the end. */
  readonly url: string;
  readonly host: string;
  /** The paths of the requests that have reached the server. */
  readonly requests: readonly string[];
  /** Stops the server: as for a page without a network, each request fails. */
  stop(): Promise<void>;
}

const html = `<!doctype html>
<title>Coracle</title>
<body>
<script>var begin; var ready = new Promise((resolve) => { begin = resolve; });</script>
<script type="module" src="./page.js"></script>`;

/** The programs in the README of the package: a worker, a page, a client of the AWS SDK, and a classic worker. */
const [workerOfReadme = '', pageOfReadme = '', , classicOfReadme = ''] = codeBlocks()
  .filter(({ at, language }) => at.startsWith('packages/service-worker/') && language === 'js')
  .map(({ code }) => code);
const [, shellOfReadme = ''] = workerOfReadme.split(/(?=^\/\/ The files of the page)/m);

const page = async (program: string): Promise<string> =>
  bundleProgram(`${program}\nawait import('./service-worker-page.ts');`);

/**
 * Serves the page and the service worker of the package's README.
 * @param origin the origin to which the page sends its first request
 * @param change changes the program of the worker
 */
export const moduleSite = async (
  origin = 'https://registry.example',
  change = (program: string) => program,
): Promise<Site> =>
  serve({
    '/': html,
    '/page.js': await page(pageOfReadme.replace('https://registry.example', origin)),
    '/sw.js': await bundleProgram(change(workerOfReadme)),
  });

/** Serves the page with the classic service worker of the README. Its script comes from the build. */
export async function classicSite(): Promise<Site> {
  return serve({
    '/': html,
    '/page.js': await page(pageOfReadme.replace(", { type: 'module' }", '')),
    '/sw.js': `${classicOfReadme}\n${shellOfReadme}`,
    '/coracle.js': await readFile(`${root}packages/registry/dist/service-worker.script.js`, 'utf8'),
  });
}

/** Bundles a program as a module, with the sources of Coracle. */
function bundleProgram(program: string): Promise<string> {
  const entry = fileURLToPath(new URL('program.js', import.meta.url));
  const isProgram = (id: string) => id === entry;
  const plugin: Plugin = {
    name: 'program',
    resolveId: (id) => (isProgram(id) ? id : undefined),
    load: (id) => (isProgram(id) ? program : undefined),
  };
  return bundle(entry, { format: 'es', plugins: [plugin] });
}

/** Serves texts under their paths until the test is finished. Pages of other origins may read them. */
export async function serve(files: Readonly<Record<string, string>>): Promise<Site> {
  const requests: string[] = [];
  const server = createServer(({ url = '' }, response) => {
    const { pathname } = new URL(url, 'http://localhost');
    requests.push(pathname);
    const text = files[pathname];
    response.writeHead(text === undefined ? 404 : 200, {
      'access-control-allow-origin': '*',
      'content-type': pathname.endsWith('.js') ? 'text/javascript' : 'text/html; charset=utf-8',
    });
    response.end(text);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = async (): Promise<void> => {
    if (!server.listening) return;
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  onTestFinished(stop);
  const { port } = server.address() as AddressInfo;
  const host = `127.0.0.1:${port}`;
  return { url: `http://${host}/`, host, requests, stop };
}
