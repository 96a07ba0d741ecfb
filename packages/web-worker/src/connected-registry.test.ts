import { getEventListeners } from 'node:events';
import { buildImage } from '@coracle/registry';
import { expect, it, onTestFinished } from 'vitest';
import { describeConnectedRegistry } from '../test-support/describe-connected-registry.ts';
import { describeContent } from '../test-support/describe-content.ts';
import { describeHardCases } from '../test-support/describe-hard-cases.ts';
import { place, rejection, sha256, someBytes } from '../test-support/given.ts';
import { runTestRegistry } from '../test-support/registry-worker.ts';
import { type ConnectedRegistry, connectRegistry } from './index.ts';

async function connectByPort(): Promise<{ registry: ConnectedRegistry; stop: () => void }> {
  const { port1, port2 } = new MessageChannel();
  const stop = runTestRegistry(port2);
  const registry = await connectRegistry(port1);
  onTestFinished(async () => {
    await registry.close();
    stop();
    port1.close();
  });
  return { registry, stop };
}

const start = async () => (await connectByPort()).registry;

describeConnectedRegistry('a registry at the other end of a port', start);
describeContent('a registry at the other end of a port', start);
describeHardCases('a registry at the other end of a port', start);

const openPorts = () => process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length;

it('leaves no ports and no listeners of signals behind', async () => {
  const registry = await start();
  const content = someBytes(1024 * 1024);
  const digest = await sha256(content);
  const { signal } = new AbortController();
  const image = await buildImage({ layers: [content] });
  await registry.seed({ private: { web: [{ image, tags: ['v1'] }] } });
  const tar = await new Response(await registry.exportImage({ repository: 'web', reference: 'v1' })).blob();
  const before = openPorts();
  for (let round = 0; round < 20; round++) {
    await registry.fetch('http://localhost:4747/v2/web/tags/list', { signal });
    await registry.distribution.putBlob(place, digest, new Blob([content]).stream());
    await rejection(registry.distribution.putBlob(place, 'no digest', new Blob([content]).stream()));
    const blob = await registry.distribution.getBlob(place, digest);
    for await (const _ of blob.read()) break;
    const response = await registry.fetch(`http://localhost:4747/v2/web/blobs/${digest}`, { signal });
    await response.arrayBuffer();
    await registry.importImage(tar, { repository: 'web', signal, onProgress: () => undefined });
    const exported = { repository: 'web', reference: 'v1', signal, onProgress: () => undefined };
    await new Response(await registry.exportImage(exported)).arrayBuffer();
    await (await registry.exportImage(exported)).cancel();
    registry.events.on('push', () => undefined)();
  }
  // A port is closed in both threads when the message about it has arrived.
  await expect.poll(openPorts).toBeLessThanOrEqual(before);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

it('refuses a worker that runs another version', async () => {
  const { port1, port2 } = new MessageChannel();
  onTestFinished(() => port1.close());
  port2.postMessage({ coracle: 'ready', protocol: 0 });
  expect(await rejection(connectRegistry(port1))).toMatchObject({
    message: expect.stringMatching(/^The worker runs another version of @coracle\/registry than the page/),
  });
});

it('takes Buffers of Node without their pool', async () => {
  const registry = await start();
  const chunks = ['a', 'b', 'c'].map((text) => Buffer.from(text));
  await registry.distribution.putBlob(place, await sha256(new TextEncoder().encode('abc')), chunks);
  expect(Buffer.concat(chunks).toString()).toBe('abc');
});

it('rejects the calls in progress when the other end stops to run the registry', async () => {
  const { registry, stop } = await connectByPort();
  await registry.intercept('DescribeRepositories', { delay: 2 ** 30 });
  const pending = rejection(registry.ecr.describeRepositories());
  await registry.guarantees();
  stop();
  expect((await pending) as Error).toMatchObject({ message: expect.stringContaining('has ended') });
});
