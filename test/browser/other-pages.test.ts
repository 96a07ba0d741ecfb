import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type Access, type RunningServer, type ServeOptions, serve } from '@coracle/cli';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { type Browser, startBrowser } from '../support/browser.ts';
import { describeUnless } from '../support/engine-groups.ts';
import type { Tab } from '../support/engines.ts';
import { selfSigned } from '../support/self-signed.ts';
import { bundled } from '../workers/bundle.ts';
import { describeWithWorkerd, startWorker } from '../workers/miniflare.ts';

type InPage = typeof import('./sdk-page.ts');

let browser: Browser;
let page: Tab;
beforeAll(async () => {
  browser = await startBrowser(fileURLToPath(new URL('sdk-page.ts', import.meta.url)), { engine: inject('engine') });
  page = await browser.newPage();
});
afterAll(() => browser?.close());

interface Served extends RunningServer {
  /** The access-log entry of the next POST. */
  readonly posted: Promise<Access>;
}

async function serving(options: ServeOptions = {}): Promise<Served> {
  let told = (_: Access) => {};
  const posted = new Promise<Access>((resolve) => (told = resolve));
  const onAccess = (access: Access): void => {
    if (access.method === 'POST') told(access);
  };
  const server = await serve({ port: 0, createOnPush: true, onAccess, ...options });
  onTestFinished(() => server.close({ within: 0 }));
  return Object.assign(server, { posted });
}

async function repositoriesOf({ registry }: RunningServer): Promise<string[]> {
  const { repositories } = await registry.ecr.describeRepositories({});
  return repositories.map(({ repositoryName }) => String(repositoryName));
}

/** Creates a repository with the AWS SDK, in the page. */
const createRepository = (url: string, key = { accessKeyId: 'any', secretAccessKey: 'any' }): Promise<string> =>
  page.evaluate(
    async ([endpoint, credentials]) => {
      const { CreateRepositoryCommand, ECRClient } = coracle as unknown as InPage;
      const client = new ECRClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
      try {
        const { repository } = await client.send(new CreateRepositoryCommand({ repositoryName: 'web' }));
        return `created ${repository?.repositoryName}`;
      } catch {
        return 'failed';
      }
    },
    [url, key] as const,
  );

describe('a page on another port of this machine', () => {
  it('uses the registry with the AWS SDK and /v2/ if its origin is allowed', async () => {
    const server = await serving({ cors: { origins: [new URL(page.url()).origin] } });
    expect(await createRepository(server.url)).toBe('created web');
    const statuses = await page.evaluate(async (url) => {
      const { buildImage } = coracle as unknown as InPage;
      const image = await buildImage({ layers: ['hello'] });
      const authorization = `Basic ${btoa('AWS:any')}`;
      const statuses: string[] = [];
      const ask = async (method: string, path: string, init: RequestInit = {}): Promise<void> => {
        const headers = { authorization, ...(init.headers as Record<string, string> | undefined) };
        const { status } = await fetch(`${url}/v2/web/${path}`, { method, ...init, headers });
        statuses.push(`${method} ${status}`);
      };
      for (const { digest, bytes } of image.blobs) {
        await ask('POST', `blobs/uploads/?digest=${digest}`, { body: new Uint8Array(bytes) });
      }
      await ask('PUT', 'manifests/v1', { headers: { 'content-type': image.mediaType }, body: image.manifest });
      await ask('GET', 'manifests/v1');
      await ask('DELETE', `manifests/${image.digest}`);
      return statuses;
    }, server.url);
    expect(statuses).toEqual(['POST 201', 'POST 201', 'PUT 201', 'GET 200', 'DELETE 202']);
  });

  it('uses a closed registry with its access key, and not with another one', async () => {
    const key = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
    const server = await serving({ cors: { origins: [new URL(page.url()).origin] }, access: { keys: [key] } });
    expect(await createRepository(server.url)).toBe('failed');
    expect(await createRepository(server.url, { ...key, secretAccessKey: 'other' })).toBe('failed');
    expect(await repositoriesOf(server)).toEqual([]);
    expect(await createRepository(server.url, key)).toBe('created web');
  });

  it('changes nothing if its origin is not allowed', async () => {
    const server = await serving();
    expect(await createRepository(server.url)).toBe('failed');
    expect(await repositoriesOf(server)).toEqual([]);
  });
});

describeWithWorkerd('a page and a closed Worker', () => {
  it('work together with an access key, and not with another one', async () => {
    const key = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
    const worker = startWorker(await bundled(new URL('cors-worker.ts', import.meta.url)), {
      bindings: {
        ORIGIN: new URL(page.url()).origin,
        AWS_ACCESS_KEY_ID: key.accessKeyId,
        AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
      },
      r2Buckets: ['PIECES'],
      durableObjects: { REGISTRY: { className: 'CoracleRegistry', useSQLite: true } },
    });
    onTestFinished(() => worker.dispose());
    const { origin } = await worker.ready;
    expect(await createRepository(origin, { ...key, secretAccessKey: 'other' })).toBe('failed');
    expect(await createRepository(origin, key)).toBe('created web');
  });
});

/** Requests that a page may send to any site without a preflight. Both begin an upload, and so create a repository. */
const unasked = {
  form: (from: Tab, action: string) =>
    from.evaluate((action) => {
      const frame = Object.assign(document.createElement('iframe'), { name: 'answer' });
      const form = Object.assign(document.createElement('form'), { method: 'post', action, target: 'answer' });
      document.body.append(frame, form);
      form.submit();
    }, action),
  'no-cors fetch': (from: Tab, url: string) =>
    from.evaluate(async (url) => {
      await fetch(url, { method: 'POST', mode: 'no-cors', body: 'mine' }).catch(() => undefined);
    }, url),
};

describe.each(Object.entries(unasked))('a %s of another site', (_, send) => {
  // For a browser 127.0.0.1, where the page is, and localhost are two sites.
  const uploads = ({ url }: RunningServer) => `${url.replace('127.0.0.1', 'localhost')}/v2/web/blobs/uploads/`;

  /** Sends it from a page of its own, in which no answer of before is under way. */
  async function sendTo(server: RunningServer): Promise<void> {
    const own = await browser.newPage();
    onTestFinished(() => own.close());
    await send(own, uploads(server));
  }

  it('is refused, and changes nothing', async () => {
    const server = await serving();
    await sendTo(server);
    expect((await server.posted).status).toBe(403);
    expect(await repositoriesOf(server)).toEqual([]);
  });

  it('would change something if every page were allowed', async () => {
    const server = await serving({ cors: { origins: '*' } });
    await sendTo(server);
    expect((await server.posted).status).toBe(202);
    expect(await repositoriesOf(server)).toEqual(['web']);
  });
});

const untrusted = 'no command makes it take the certificate of the test';

describeUnless({ firefox: untrusted, webkit: untrusted }, 'a page of the same origin', () => {
  it('uses the registry through a proxy that ends TLS', async () => {
    const server = await serving();
    const proxy = createServer(selfSigned(), (request, response) => {
      if (request.url === '/page') {
        response.setHeader('content-type', 'text/html');
        response.end('<!doctype html><title>Coracle</title>');
        return;
      }
      const { method, url, headers } = request;
      const onward = httpRequest(server.url, { method, path: url, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      request.pipe(onward);
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    onTestFinished(() => {
      proxy.closeAllConnections();
      proxy.close();
    });
    const own = (await browser.newPage()) as Page;
    const session = await own.context().newCDPSession(own);
    await session.send('Security.setIgnoreCertificateErrors', { ignore: true });
    await own.goto(`https://127.0.0.1:${(proxy.address() as AddressInfo).port}/page`);
    const status = await own.evaluate(async () => {
      const { status } = await fetch('/v2/web/blobs/uploads/', { method: 'POST' });
      return status;
    });
    expect(status).toBe(202);
    expect(await repositoriesOf(server)).toEqual(['web']);
  });
});
