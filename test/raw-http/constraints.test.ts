import { serve } from '@coracle/cli';
import { ecr, ecrPublic, hasOperation, operationNames, type Service } from '@coracle/core';
import { targetOf } from '@coracle/registry/fetch-handler';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { breaks, models, sampleOf, withBreak } from '../../packages/core/test-support/model-cases.ts';

/** Breaks every constraint of every input, one at a time, over a socket: the AWS clients never send such input. */

let server: Awaited<ReturnType<typeof serve>>;

beforeAll(async () => {
  server = await serve({ port: 0 });
});
afterAll(() => server.close());

const asJson = (input: unknown): string =>
  JSON.stringify(input, (_, value) => (value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value));

async function call({ name }: Service, operation: string, input: unknown) {
  const response = await fetch(server.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': targetOf(name, operation),
    },
    body: asJson(input),
  });
  return { status: response.status, body: (await response.json()) as { __type?: string; message?: string } };
}

const blobs = new Set(['layerPartBlob', 'logoImageBlob']);

const validation = /^Invalid parameter at .*(?:Member must|must satisfy regular expression|Cannot be null)/;

describe.each<Service>([ecrPublic, ecr])('$name over HTTP', (service) => {
  const model = models[service.name];
  const operations = operationNames(service).filter((name) => hasOperation(service, name));

  it.each(operations)('%s names the member whose constraint is broken', async (operation) => {
    const shape = model.operations[operation]?.input ?? '';
    const usual = sampleOf(model, shape, 'usual');
    for (const { at, put, name, says } of breaks(model, shape)) {
      if (Number.isNaN(put)) continue;
      // On the wire bytes are a text, of which only some are base64.
      const sent = blobs.has(String(at.at(-1))) && put === 'text' ? 'no base64' : put;
      const { status, body } = await call(service, operation, withBreak(usual, at, sent));
      const label = `${at.join('.')} = ${typeof put === 'string' ? `a text of ${put.length}` : typeof put}`;
      expect(status, label).toBe(400);
      expect(body.__type, `${label}: ${body.message}`).toBe(name);
      for (const part of sent === put ? says : says.slice(0, 1)) expect(body.message, label).toContain(part);
    }
  });

  it.each(operations)('%s has nothing against the form of a valid input', async (operation) => {
    const shape = model.operations[operation]?.input ?? '';
    for (const size of ['minimal', 'usual', 'maximal'] as const) {
      const { status, body } = await call(service, operation, sampleOf(model, shape, size));
      expect(status, size).toBeLessThan(500);
      expect(body.__type, size).not.toBe('SerializationException');
      expect(body.message ?? '', size).not.toMatch(validation);
    }
  });
});
