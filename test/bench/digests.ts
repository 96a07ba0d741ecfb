import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultHasher } from '@coracle/registry/core';
import { build } from 'tsup';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { type PageBrowser, pageBrowsers } from './digest-browsers.ts';
import { type DigestSpeeds, digestSpeeds, type Speed } from './digest-rounds.ts';
import { inTurns, type Row } from './measure.ts';

const sizes = [8, 64];
/** These hold on a busy machine as well. */
const bounds = { sha256: { atLeast: 0.4 }, sha512: { atLeast: 0.1 } };

/**
 * Core's own hashes against wasmHasher() in Node and in three browsers, with what the platform itself does; and the
 * native path against node:crypto alone.
 */
export async function digests(progress: (text: string) => void): Promise<Row[]> {
  progress('digests: in Node');
  const rows = (await digestSpeeds(sizes)).map((speeds) => rowOf('Node', speeds));
  for (const browser of pageBrowsers) {
    progress(`digests: in ${browser.name}`);
    if (await browser.isThere()) rows.push(...(await inPage(browser)).map((speeds) => rowOf(browser.name, speeds)));
    else rows.push({ ...emptyRow, figures: `skipped: there is no ${browser.name} here` });
  }
  return [...rows, await native()];
}

const emptyRow = { what: 'own hashes against wasmHasher(), in speed', ratio: undefined, bound: bounds.sha256 };

function rowOf(where: string, { algorithm, mebibytes, own, wasm, platform }: DigestSpeeds): Row {
  const figures = ({ first, median }: Speed) => `${median.toFixed(0)} MiB/s (first ${first.toFixed(0)})`;
  return {
    what: `own ${algorithm} against wasmHasher() in ${where}, ${mebibytes} MiB, in speed`,
    ratio: own.median / wasm.median,
    bound: bounds[algorithm],
    figures: `${figures(own)} against ${figures(wasm)}; the platform ${figures(platform)}`,
  };
}

async function native(): Promise<Row> {
  const bytes = new Uint8Array(20 * 1024 * 1024).fill(7);
  const through = async () => {
    const hash = defaultHasher('sha256');
    await hash.update(bytes);
    return hash.digest();
  };
  const bare = async () => createHash('sha256').update(bytes).digest('hex');
  const [ours = Number.NaN, alone = Number.NaN] = await inTurns([through, bare], { rounds: 20, callsPerRound: 3 });
  return {
    what: 'the native path against node:crypto alone, 20 MiB, in speed',
    ratio: alone / ours,
    bound: { atLeast: 0.95 },
    figures: `${ours.toFixed(1)} ms against ${alone.toFixed(1)} ms`,
  };
}

async function inPage(browser: PageBrowser): Promise<DigestSpeeds[]> {
  const folder = await temporaryFolder();
  try {
    const script = await bundle(folder.path);
    const profile = join(folder.path, 'profile');
    await mkdir(profile);
    return await visit(browser, profile, script);
  } finally {
    await folder.remove();
  }
}

async function bundle(outDir: string): Promise<string> {
  const page = fileURLToPath(new URL('digest-page.ts', import.meta.url));
  await build({
    config: false,
    entry: { page },
    outDir,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    noExternal: [/./],
    silent: true,
    tsconfig: fileURLToPath(new URL('../../tsconfig.json', import.meta.url)),
  });
  return readFile(join(outDir, 'page.js'), 'utf8');
}

/** Opens a page that runs the script, and waits for what it measured. */
async function visit(browser: PageBrowser, profile: string, script: string): Promise<DigestSpeeds[]> {
  let told = (_: string): void => undefined;
  const result = new Promise<string>((resolve) => {
    told = resolve;
  });
  const server = createServer((request, response) => {
    if (request.url === '/result') {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => told(body));
    }
    const isScript = request.url === '/page.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(
      isScript ? script : `<body data-sizes="${JSON.stringify(sizes)}"><script type="module" src="/page.js"></script>`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const page = await browser.open(`http://127.0.0.1:${port}/`, profile);
  let timer: NodeJS.Timeout | undefined;
  try {
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`The page in ${browser.name} told nothing for 10 minutes`)), 600_000);
    });
    const { speeds, error } = JSON.parse(await Promise.race([result, late])) as {
      speeds?: DigestSpeeds[];
      error?: string;
    };
    if (!speeds) throw new Error(`In the page in ${browser.name}: ${error}`);
    return speeds;
  } finally {
    clearTimeout(timer);
    await page.close();
    server.close();
    server.closeAllConnections();
  }
}
