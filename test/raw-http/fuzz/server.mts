import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';
import { serve } from '@coracle/cli';
import { createRegistry } from '@coracle/registry';
import { lmdbStorage } from '@coracle/storage-lmdb';
import { key, user } from '../closed/credentials.ts';
import type { FromServer, Measures, ToServer } from './messages.ts';
import { accounts, alias, bufferedBytes, regions } from './request.ts';

/*
 * The server that is fuzzed, in a process of its own with `--expose-gc`. Its parent asks it by messages how it is, and
 * in the end to take everything away again. It ends by itself once its parent lets go and nothing is open any more. Its
 * arguments say whether access is open, and in which folder it keeps its data; without one, the data is in memory.
 */

const MiB = 1024 * 1024;
const day = 24 * 60 * 60 * 1000;

let ahead = 0;
const [access, folder] = process.argv.slice(2);
const registry = createRegistry({
  clock: () => Date.now() + ahead,
  readOnlyBodies: true,
  createOnPush: true,
  maxBufferedBytes: bufferedBytes,
  ...(access !== 'open' && { access: { keys: [key], users: [{ ...user, rights: ['pull', 'push'] }] } }),
  ...(folder !== undefined && { storage: await lmdbStorage(folder) }),
  registryAlias: alias,
  onError: ({ error }) => say({ is: 'failure', text: error instanceof Error ? String(error.stack) : String(error) }),
});

process.on('message', (message: ToServer) => {
  if (message === 'measure') void measures().then((now) => say({ is: 'measures', ...now }));
  else void end();
});
const openBefore = process.getActiveResourcesInfo();
const server = await serve({ port: 0, registry });

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
let longestGc = 0;
const collections = new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) longestGc = Math.max(longestGc, duration);
});
collections.observe({ entryTypes: ['gc'] });
say({ is: 'serving', url: server.url });

async function measures(): Promise<Measures> {
  const longestBlock = delay.max / 1e6;
  const gcPause = longestGc;
  const { heapUsed, external, arrayBuffers } = await memory();
  // Forced collections do not count as blocks of the server.
  delay.reset();
  longestGc = 0;
  return {
    heap: (heapUsed + external) / MiB,
    stored: arrayBuffers / MiB,
    peak: process.resourceUsage().maxRSS / 1024,
    longestBlock,
    gcPause,
  };
}

/** Measures the memory after garbage collections. V8 frees an array's bytes some time after the array. */
async function memory(): Promise<NodeJS.MemoryUsage> {
  for (let times = 0; times < 3; times++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return process.memoryUsage();
}

async function end(): Promise<void> {
  const last = await measures();
  const { size: stored } = (await registry.snapshot()).pieces;
  let repositories = 0;
  for (const accountId of accounts) {
    for (const repositoryName of await names(registry.ecrPublic.paginateDescribeRepositories({}, { accountId }))) {
      await registry.ecrPublic.deleteRepository({ repositoryName, force: true }, { accountId });
      repositories++;
    }
    for (const region of regions) {
      const of = { accountId, region };
      for (const repositoryName of await names(registry.ecr.paginateDescribeRepositories({}, of))) {
        await registry.ecr.deleteRepository({ repositoryName, force: true }, of);
        repositories++;
      }
    }
  }
  ahead = 3 * day;
  await registry.collectGarbage({ grace: 0 });
  await registry.collectGarbage({ grace: 0 });
  await server.close();
  delay.disable();
  collections.disconnect();
  const { size } = (await registry.snapshot()).pieces;
  const { heapUsed, external } = await memory();
  await registry.close();
  // A closed handle is released a turn later.
  for (let turns = 0; turns < 3; turns++) await new Promise((resolve) => setImmediate(resolve));
  const open = process.getActiveResourcesInfo();
  for (const one of openBefore) if (open.includes(one)) open.splice(open.indexOf(one), 1);
  say({
    is: 'end',
    measures: last,
    stored,
    repositories,
    heap: (heapUsed + external) / MiB,
    pieces: size,
    open,
  });
}

async function names(
  pages: AsyncIterable<{ repositories?: readonly { repositoryName?: string | undefined }[] | undefined }>,
): Promise<string[]> {
  const all: string[] = [];
  for await (const { repositories = [] } of pages) {
    for (const { repositoryName } of repositories) if (repositoryName !== undefined) all.push(repositoryName);
  }
  return all;
}

function say(message: FromServer): void {
  process.send?.(message);
}
