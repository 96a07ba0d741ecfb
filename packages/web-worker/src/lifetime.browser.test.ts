import { RegistryError } from '@coracle/registry';
import { describe, expect, it, onTestFinished } from 'vitest';
import { place, rejection, sha256 } from '../test-support/given.ts';
import { endedPushes } from '../test-support/registry-worker.ts';
import { connectRegistry, runRegistry } from './index.ts';

function startWorker(url: URL): Worker {
  const worker = new Worker(url, { type: 'module' });
  onTestFinished(() => worker.terminate());
  return worker;
}

describe('connectRegistry', () => {
  it('waits for a worker that calls runRegistry late', async () => {
    const worker = startWorker(new URL('../test-support/late-worker.ts', import.meta.url));
    const registry = await connectRegistry(worker);
    expect((await registry.ecr.describeRepositories()).repositories).toMatchObject([{ repositoryName: 'late' }]);
  });

  it('connects a page several times, beside the messages of the program', async () => {
    const worker = startWorker(new URL('../test-support/late-worker.ts', import.meta.url));
    worker.postMessage('a message of the program');
    const [one, other] = await Promise.all([connectRegistry(worker), connectRegistry(worker)]);
    await one.close();
    expect((await other.ecr.describeRepositories()).repositories).toHaveLength(1);
  });

  it('fails with the reason if the script of the worker fails', async () => {
    const worker = startWorker(new URL('../test-support/broken-worker.ts', import.meta.url));
    const error = await rejection(connectRegistry(worker));
    expect((error as Error).message).toMatch(/^The script of the worker failed: .*this script is broken/);
    const missing = startWorker(new URL('/missing-worker.js', location.href));
    expect(((await rejection(connectRegistry(missing))) as Error).message).toMatch(/^The script of the worker failed/);
  });

  it('fails with the error of the registry if the registry cannot be created', async () => {
    const worker = startWorker(new URL('../test-support/refused-worker.ts', import.meta.url));
    const error = await rejection(connectRegistry(worker));
    expect(error).toBeInstanceOf(RegistryError);
    expect(error).toMatchObject({ message: 'the storage is closed' });
  });

  it('can be aborted', async () => {
    const silent = startWorker(new URL('data:text/javascript,'));
    const abort = new AbortController();
    const connecting = rejection(connectRegistry(silent, { signal: abort.signal }));
    abort.abort(new Error('too slow'));
    expect(await connecting).toMatchObject({ message: 'too slow' });
  });

  it('refuses what is not a worker', async () => {
    expect(await rejection(connectRegistry({} as Worker))).toEqual(
      new TypeError('The first argument of connectRegistry() must be a Worker, a SharedWorker or a MessagePort'),
    );
  });
});

describe('runRegistry', () => {
  it('is refused in a page', () => {
    expect(() => runRegistry({} as never)).toThrow(
      'runRegistry() runs in the script of a dedicated worker or a shared worker',
    );
  });
});

describe('the end of a thread', () => {
  it('rejects the calls to a worker that was terminated', async () => {
    const worker = startWorker(new URL('../test-support/worker.ts', import.meta.url));
    const registry = await connectRegistry(worker);
    await registry.intercept('DescribeRepositories', { delay: 2 ** 30 });
    const pending = rejection(registry.ecr.describeRepositories());
    worker.terminate();
    expect(await pending).toMatchObject({
      message: 'The worker that runs the registry has ended: start it again, and call connectRegistry()',
    });
  });

  it('fails the streams of a worker that was terminated', async () => {
    const worker = startWorker(new URL('../test-support/worker.ts', import.meta.url));
    const registry = await connectRegistry(worker);
    const content = new Uint8Array(12 * 1024 * 1024);
    const digest = await sha256(content);
    await registry.distribution.putBlob(place, digest, content);
    const { body } = await registry.fetch(`http://localhost:4747/v2/web/blobs/${digest}`);
    const reader = (body as ReadableStream<Uint8Array>).getReader();
    await reader.read();
    const pushing = rejection(registry.distribution.putBlob(place, digest, new ReadableStream<Uint8Array>()));
    worker.terminate();
    const end = { message: expect.stringContaining('has ended') };
    const readAll = async () => {
      while (!(await reader.read()).done);
    };
    expect(await rejection(readAll())).toMatchObject(end);
    expect(await pushing).toMatchObject(end);
    expect(await rejection(registry.guarantees())).toMatchObject(end);
  });

  it('ends the pushes of a page that is gone', async () => {
    const ended = new BroadcastChannel(endedPushes);
    onTestFinished(() => ended.close());
    // The worker would end with its last page.
    const url = new URL('../test-support/worker.ts', import.meta.url);
    const other = new SharedWorker(url, { type: 'module', name: 'of two pages' });
    onTestFinished(() => other.port.close());
    const page = document.createElement('iframe');
    page.srcdoc = `<script type="module" src="${new URL('../test-support/pushing-page.ts', import.meta.url)}"></script>`;
    const pushing = new Promise<void>((resolve) => {
      addEventListener('message', ({ data }) => data === 'pushing' && resolve());
    });
    document.body.append(page);
    await pushing;
    const end = new Promise<unknown>((resolve) => {
      ended.onmessage = ({ data }) => resolve(data);
    });
    page.remove();
    expect(await end).toBe('AbortError: The page that made this call is gone');
  });
});
