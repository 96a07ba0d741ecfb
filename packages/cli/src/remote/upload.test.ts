import { describe, expect, it } from 'vitest';
import { type Asked, type Scripted, scriptedServer } from '../../test-support/scripted-server.ts';
import { Authorization } from './authorization.ts';
import { chunksOf } from './chunk-source.ts';
import { Client } from './client.ts';
import type { TransferEvent } from './events.ts';
import { exchange } from './exchange.ts';
import { Upload } from './upload.ts';
import type { UploadStates } from './upload-states.ts';

const noStates: UploadStates = {
  take: async () => undefined,
  save: async () => undefined,
  forget: async () => undefined,
  repositoriesWith: async () => [],
  remember: async () => undefined,
};

const MB = 1_000_000;
const digest = `sha256:${'a'.repeat(64)}`;
const location = '/v2/web/blobs/uploads/1';

interface Given {
  readonly chunkSize?: number;
  readonly size: number;
  readonly digest?: string;
  readonly mountFrom?: readonly string[];
}

/** Uploads zero bytes to a registry that answers as told. Returns the requests, and the events. */
async function upload(given: Given, answer: (asked: Asked) => Scripted | undefined) {
  const server = await scriptedServer(
    (asked) => answer(asked) ?? { status: asked.line.startsWith('POST') ? 202 : 201, headers: { location } },
  );
  const home = { origin: server.origin, insecure: false };
  const patience = { wait: async () => undefined, random: () => 0, now: () => 0 };
  const credentials = async () => undefined;
  const authorization = new Authorization({ home, exchange, credentials, now: patience.now });
  const client = new Client({ home, authorization, exchange, patience, onRetry: () => undefined });
  const events: TransferEvent[] = [];
  const readFrom = async function* (start: number) {
    for (let at = start; at < given.size; at += 100_000) yield new Uint8Array(Math.min(100_000, given.size - at));
  };
  const source = chunksOf({ size: given.size, readFrom, [Symbol.asyncIterator]: () => readFrom(0) });
  const { chunkSize = MB, mountFrom = [] } = given;
  const target = {
    ...{ client, repository: 'web', scopes: [], chunkSize, mountFrom, states: noStates },
    hasBlob: async () => false,
    onEvent: (event: TransferEvent) => void events.push(event),
  };
  const wanted = given.digest ?? digest;
  const uploading = new Upload(target, source, wanted);
  await uploading.finish(wanted);
  const lines = server.asked.map(({ line, headers, body }) =>
    [line, headers['content-range'], headers['content-length'], body.length].filter((it) => it !== undefined).join(' '),
  );
  return { lines, events, uploading };
}

const closing = `${location}?digest=${encodeURIComponent(digest)}`;

describe('an upload', () => {
  it('of a small blob is one request after the start', async () => {
    expect((await upload({ size: 7 }, () => undefined)).lines).toEqual([
      'POST /v2/web/blobs/uploads/ 0 0',
      `PUT ${closing} 7 7`,
    ]);
    expect((await upload({ size: 0 }, () => undefined)).lines[1]).toBe(`PUT ${closing} 0 0`);
  });

  it('of a large blob is sent in chunks, whatever the status of a chunk is', async () => {
    for (const status of [200, 201, 202, 204]) {
      const { lines } = await upload({ size: 2.5 * MB }, ({ line }) =>
        line.startsWith('PATCH') ? { status, headers: { location } } : undefined,
      );
      expect(lines).toEqual([
        'POST /v2/web/blobs/uploads/ 0 0',
        `PATCH ${location} 0-999999 1000000 1000000`,
        `PATCH ${location} 1000000-1999999 1000000 1000000`,
        `PATCH ${location} 2000000-2499999 500000 500000`,
        `PUT ${closing} 0 0`,
      ]);
    }
  });

  it('follows the address that each answer gives', async () => {
    let count = 0;
    const { lines } = await upload({ size: 2 * MB }, ({ line }) =>
      /^P(?:OST|ATCH)/.test(line)
        ? { status: 202, headers: { location: `/elsewhere/${++count}?_state=a%20b+c` } }
        : undefined,
    );
    expect(lines.map((line) => line.split(' ')[1])).toEqual([
      '/v2/web/blobs/uploads/',
      '/elsewhere/1?_state=a%20b+c',
      '/elsewhere/2?_state=a%20b+c',
      `/elsewhere/3?_state=a%20b+c&digest=${encodeURIComponent(digest)}`,
    ]);
  });

  it('sends no chunk below the minimum of the registry, the last one excepted', async () => {
    const { lines } = await upload({ size: 3.5 * MB, chunkSize: MB }, ({ line }) =>
      line.startsWith('POST')
        ? { status: 202, headers: { location, 'oci-chunk-min-length': String(3 * MB) } }
        : undefined,
    );
    expect(lines.slice(1, 3)).toEqual([
      `PATCH ${location} 0-2999999 3000000 3000000`,
      `PATCH ${location} 3000000-3499999 500000 500000`,
    ]);
  });

  it('announces a digest that is not sha256', async () => {
    const other = `sha512:${'b'.repeat(128)}`;
    const { lines } = await upload({ size: 1, digest: other }, () => undefined);
    expect(lines[0]).toBe('POST /v2/web/blobs/uploads/?digest-algorithm=sha512 0 0');
  });

  it('is not necessary if the blob is mounted', async () => {
    const { lines, events, uploading } = await upload({ size: 9, mountFrom: ['web', 'base'] }, ({ line }) =>
      line.includes('from=base') ? { status: 201 } : undefined,
    );
    expect(lines).toEqual([`POST /v2/web/blobs/uploads/?mount=${encodeURIComponent(digest)}&from=base 0 0`]);
    expect(events).toEqual([{ kind: 'mounted', digest, size: 9 }]);
    expect(uploading.isMounted).toBe(true);
  });

  it('uses the upload that a registry starts in place of a mount, and cancels the others', async () => {
    let count = 0;
    const { lines } = await upload({ size: 9, mountFrom: ['a', 'b'] }, ({ line }) =>
      line.startsWith('POST') ? { status: 202, headers: { location: `/upload/${++count}` } } : undefined,
    );
    expect(lines.map((line) => line.split('?')[0])).toEqual([
      'POST /v2/web/blobs/uploads/',
      'DELETE /upload/1 0 0',
      'POST /v2/web/blobs/uploads/',
      'PUT /upload/2',
    ]);
  });

  it('sends the content if mounts are refused', async () => {
    for (const status of [400, 404, 405]) {
      const { lines } = await upload({ size: 9, mountFrom: ['a'] }, ({ line }) =>
        line.includes('mount=') ? { status } : undefined,
      );
      expect(lines.slice(1)).toEqual(['POST /v2/web/blobs/uploads/ 0 0', `PUT ${closing} 9 9`]);
    }
  });

  it('reports the bytes that were read', async () => {
    const { events } = await upload({ size: 250_000 }, () => undefined);
    expect(events.map((event) => event.kind === 'moved' && event.bytes)).toEqual([100_000, 200_000, 250_000]);
  });
});
