import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultHasher } from '@coracle/registry/core';
import { build } from 'tsup';
import { run } from '../support/commands.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { type DigestTimes, digestTimes } from './digest-rounds.ts';
import { inTurns, type Row } from './measure.ts';

const sizes = [5, 20, 200];
const bound = { atLeast: 1.05 };

/** Core's own SHA-256 against hash-wasm, in Node and in Chromium; and the native path against node:crypto alone. */
export async function digests(progress: (text: string) => void): Promise<Row[]> {
  progress('digests: in Node');
  const rows = (await digestTimes(sizes)).map((times) => rowOf('Node', times));
  progress('digests: in Chromium');
  const inPage = await inChromium();
  const pageRows = inPage
    ? inPage.map((times) => rowOf('Chromium', times))
    : [{ what: titleOf('Chromium'), ratio: undefined, bound, figures: 'skipped: there is no Chromium here' }];
  return [...rows, ...pageRows, await native()];
}

const titleOf = (where: string, mebibytes?: number): string =>
  `own SHA-256 against hash-wasm in ${where}${mebibytes === undefined ? '' : `, ${mebibytes} MiB`}, in speed`;

const rowOf = (where: string, { mebibytes, own, wasm }: DigestTimes): Row => {
  const speed = (time: number) => `${((mebibytes / time) * 1000).toFixed(0)} MiB/s`;
  return { what: titleOf(where, mebibytes), ratio: wasm / own, bound, figures: `${speed(own)} against ${speed(wasm)}` };
};

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

const chromium = ['chromium', 'chromium-browser', 'google-chrome'];
const quiet = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'];
const offline = ['--disable-background-networking', '--disable-component-update', '--disable-sync'];

async function inChromium(): Promise<DigestTimes[] | undefined> {
  const works = async (command: string) => (await run(command, ['--version']).catch(() => undefined))?.code === 0;
  let command: string | undefined;
  for (const one of chromium) if (!command && (await works(one))) command = one;
  if (!command) return undefined;
  const folder = await temporaryFolder();
  try {
    const script = await bundle(folder.path);
    return await visit(command, join(folder.path, 'profile'), script);
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
async function visit(command: string, profile: string, script: string): Promise<DigestTimes[]> {
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
  const page = spawn(command, [...quiet, ...offline, `--user-data-dir=${profile}`, `http://127.0.0.1:${port}/`], {
    stdio: 'ignore',
  });
  try {
    const ended = new Promise<never>((_, reject) => {
      page.on('exit', (code) => reject(new Error(`${command} ended with ${code} before the page told anything`)));
    });
    const { times, error } = JSON.parse(await Promise.race([result, ended])) as {
      times?: DigestTimes[];
      error?: string;
    };
    if (!times) throw new Error(`In the page: ${error}`);
    return times;
  } finally {
    const gone = new Promise((resolve) => page.once('exit', resolve));
    page.kill();
    await gone;
    server.close();
  }
}
