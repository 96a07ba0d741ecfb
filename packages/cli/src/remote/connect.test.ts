import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { selfSigned } from '../../../../test/support/self-signed.ts';
import { type Scripted, scriptedServer } from '../../test-support/scripted-server.ts';
import { serve } from '../index.ts';
import { connect } from './connect.ts';
import type { TransferEvent } from './events.ts';
import { type Exchange, exchange } from './exchange.ts';

async function connectTo(
  registry: string,
  { insecure = false, own = exchange }: { insecure?: boolean; own?: Exchange } = {},
) {
  const events: TransferEvent[] = [];
  const waits: number[] = [];
  const patience = { wait: async (time: number) => void waits.push(time), random: () => 0, now: () => 0 };
  const onEvent = (event: TransferEvent) => void events.push(event);
  const credentials = async () => undefined;
  const client = await connect({ registry, insecure, credentials, exchange: own, patience, onEvent });
  return { origin: client.home.origin, events, waits };
}

/** Records the addresses that are asked, and answers each one with 200. */
function recorded() {
  const urls: string[] = [];
  const own: Exchange = async ({ url }) => {
    urls.push(url.href);
    return { status: 200, url, header: () => undefined, body: (async function* () {})(), discard: () => undefined };
  };
  return { urls, own };
}

describe('connect', () => {
  it('uses a registry on this machine over http, and says so', async () => {
    const { host, origin } = await scriptedServer(() => ({ status: 404 }));
    expect(await connectTo(host)).toMatchObject({
      origin,
      events: [{ kind: 'notice', text: `${host} is used over http, because it is on this machine` }],
    });
  });

  it('uses each other registry over https, unless it is told otherwise', async () => {
    for (const [registry, insecure, expected] of [
      ['ghcr.io', false, 'https://ghcr.io/v2/'],
      ['docker.io', false, 'https://registry-1.docker.io/v2/'],
      ['10.0.0.1:5000', false, 'https://10.0.0.1:5000/v2/'],
      ['registry.local:5000', true, 'http://registry.local:5000/v2/'],
    ] as const) {
      const { urls, own } = recorded();
      await connectTo(registry, { insecure, own });
      expect(urls).toEqual([expected]);
    }
  });

  it('tries https if a server on this machine does not speak http, and says what is wrong with its certificate', async () => {
    const server = await serve({ port: 0, tls: selfSigned() });
    onTestFinished(() => server.close({ within: 0 }));
    await expect(connectTo(new URL(server.url).host)).rejects.toMatchObject({
      kind: 'unreachable',
      message: expect.stringContaining('Set NODE_EXTRA_CA_CERTS to the file of the issuer of its certificate'),
    });
  });

  it('says at once that a registry speaks only https', async () => {
    const server = await serve({ port: 0, tls: selfSigned() });
    onTestFinished(() => server.close({ within: 0 }));
    await expect(connectTo(new URL(server.url).host, { insecure: true })).rejects.toMatchObject({
      kind: 'unreachable',
      message: expect.stringContaining('speaks HTTPS. Remove --insecure'),
    });
  });

  it('says that a registry does not speak https', async () => {
    const server = createServer((_, response) => response.writeHead(400).end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const failing = connectTo(`127.0.0.1:${(server.address() as AddressInfo).port}`);
    await expect(failing).rejects.toThrow('If it has no encryption, add --insecure');
  });

  it('waits for a registry that is busy', async () => {
    const answers: Scripted[] = [
      { status: 200 },
      { status: 503, headers: { 'retry-after': '2' } },
      'cut',
      { status: 200 },
    ];
    const { host } = await scriptedServer(() => answers.shift() ?? { status: 200 });
    expect((await connectTo(host)).waits).toEqual([2000, 500]);
  });

  it('fails at once if nothing listens', async () => {
    const server = await serve({ port: 0 });
    await server.close();
    const { host } = new URL(server.url);
    await expect(connectTo(host)).rejects.toThrow(`The registry ${host} cannot be reached`);
    await expect(connectTo('registry.invalid')).rejects.toThrow('Check the name of the registry');
  });
});
