import type { EngineOptions, Storage } from '@coracle/core';
import { memoryStorage } from '@coracle/storage-memory';
import { describe, expect, it, vi } from 'vitest';
import { bytesOf, header, ofV2, refused, served, sha256, watched } from '../../test-support/served.ts';
import type { FetchHandlerOptions } from '../index.ts';

type Fetch = ReturnType<typeof served>['fetch'];

const uuid = '[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}';
const MiB = 1024 * 1024;

async function withRepository(options: FetchHandlerOptions = {}, ...more: [Partial<EngineOptions>?, Storage?]) {
  const made = served(options, ...more);
  await made.engine.ecr.createRepository({ repositoryName: 'team/web' });
  const start = async () => {
    const response = await made.fetch('/v2/team/web/blobs/uploads/', { method: 'POST' });
    expect(response.status).toBe(202);
    return header(response, 'location') ?? '';
  };
  const patch = (location: string, body: BodyInit | null, headers: Record<string, string> = {}) =>
    made.fetch(location, { method: 'PATCH', body, headers });
  return { ...made, start, patch };
}

const numbers = (size: number) => new Uint8Array(size).map((_, i) => i * 7);

describe('an upload', () => {
  it('is started', async () => {
    const { fetch } = await withRepository();
    const response = await fetch('/v2/team/web/blobs/uploads/', { method: 'POST' });
    expect(response.status).toBe(202);
    const id = header(response, 'docker-upload-uuid');
    expect(id).toMatch(new RegExp(`^${uuid}$`));
    expect(Object.fromEntries(response.headers)).toEqual({
      location: `/v2/team/web/blobs/uploads/${id}`,
      range: '0-0',
      'docker-upload-uuid': id,
      'content-length': '0',
      ...ofV2,
    });
  });

  it('takes a blob in one stream, and gives it its digest', async () => {
    const { fetch, start, patch } = await withRepository();
    const bytes = numbers(3000);
    const location = await start();
    const patched = await patch(
      location,
      watched((i) => (i < 3 ? bytes.subarray(i * 1000, (i + 1) * 1000) : undefined)).stream,
    );
    expect(patched.status).toBe(202);
    expect(Object.fromEntries(patched.headers)).toEqual({
      location,
      range: '0-2999',
      'docker-upload-uuid': location.split('/').at(-1),
      'content-length': '0',
      ...ofV2,
    });
    const digest = await sha256(bytes);
    const put = await fetch(`${location}?digest=${digest}`, { method: 'PUT' });
    expect(put.status).toBe(201);
    expect(Object.fromEntries(put.headers)).toEqual({
      location: `/v2/team/web/blobs/${digest}`,
      'docker-content-digest': digest,
      'content-length': '0',
      ...ofV2,
    });
    const pulled = await fetch(header(put, 'location') ?? '');
    expect(new Uint8Array(await pulled.arrayBuffer())).toEqual(bytes);
    expect(await refused(await fetch(location))).toMatchObject({ status: 404, code: 'BLOB_UPLOAD_UNKNOWN' });
  });

  it('takes a blob with its end', async () => {
    const { fetch, start, patch } = await withRepository();
    const bytes = numbers(2000);
    const location = await start();
    await patch(location, bytes.slice(0, 500));
    const put = await fetch(`${location}?digest=${await sha256(bytes)}`, { method: 'PUT', body: bytes.slice(500) });
    expect(put.status).toBe(201);
    const whole = await start();
    const again = await fetch(`${whole}?digest=${await sha256(bytes)}`, { method: 'PUT', body: bytes });
    expect(again.status).toBe(201);
  });

  it('takes a blob in one request', async () => {
    const { fetch } = await withRepository();
    const bytes = numbers(100);
    const digest = await sha256(bytes);
    const response = await fetch(`/v2/team/web/blobs/uploads/?digest=${encodeURIComponent(digest)}`, {
      method: 'POST',
      body: bytes,
    });
    expect(response.status).toBe(201);
    expect(header(response, 'location')).toBe(`/v2/team/web/blobs/${digest}`);
    expect(header(response, 'docker-content-digest')).toBe(digest);
    const sha512 = `sha512:${Buffer.from(await crypto.subtle.digest('SHA-512', bytes)).toString('hex')}`;
    const other = await fetch(`/v2/team/web/blobs/uploads/?digest=${sha512}`, { method: 'POST', body: bytes });
    expect(header(other, 'docker-content-digest')).toBe(sha512);
    const empty = await sha256(new Uint8Array(0));
    expect((await fetch(`/v2/team/web/blobs/uploads/?digest=${empty}`, { method: 'POST' })).status).toBe(201);
  });

  it('says how far it is', async () => {
    const { fetch, start, patch } = await withRepository();
    const location = await start();
    const before = await fetch(location);
    expect(before.status).toBe(204);
    expect(header(before, 'range')).toBe('0-0');
    await patch(location, numbers(1024));
    const response = await fetch(location);
    expect(response.status).toBe(204);
    expect(Object.fromEntries(response.headers)).toEqual({
      location,
      range: '0-1023',
      'docker-upload-uuid': location.split('/').at(-1),
      ...ofV2,
    });
    expect(await response.text()).toBe('');
  });

  it('takes chunks in their order only', async () => {
    const { fetch, start, patch } = await withRepository();
    const bytes = numbers(3000);
    const chunk = (first: number, last: number) =>
      [bytes.slice(first, last + 1), { 'content-range': `${first}-${last}` }] as const;
    const location = await start();
    const early = await patch(location, ...chunk(1000, 1999));
    expect([header(early, 'location'), header(early, 'range')]).toEqual([location, '0-0']);
    expect(await refused(early)).toEqual({
      status: 416,
      code: 'BLOB_UPLOAD_INVALID',
      message: 'First byte of the layer part is 1000 instead of 0',
    });
    expect(header(await patch(location, ...chunk(0, 999)), 'range')).toBe('0-999');
    expect(await refused(await patch(location, ...chunk(0, 999)))).toMatchObject({
      status: 416,
      message: 'First byte of the layer part is 0 instead of 1000',
    });
    expect((await patch(location, ...chunk(2000, 2999))).status).toBe(416);
    expect(header(await fetch(location), 'range')).toBe('0-999');
    expect(header(await patch(location, ...chunk(1000, 1999)), 'range')).toBe('0-1999');

    const end = async (first: number) =>
      fetch(`${location}?digest=${await sha256(bytes)}`, {
        method: 'PUT',
        body: bytes.slice(2000),
        headers: { 'content-range': `${first}-${first + 999}` },
      });
    const late = await end(1000);
    expect([late.status, header(late, 'location'), header(late, 'range')]).toEqual([416, location, '0-1999']);
    expect(header(await fetch(location), 'range')).toBe('0-1999');
    expect((await end(2000)).status).toBe(201);
  });

  it('takes a chunk’s place as RFC 9110 writes it, too', async () => {
    const { start, patch } = await withRepository();
    const location = await start();
    expect((await patch(location, numbers(10), { 'content-range': 'bytes 0-9/20' })).status).toBe(202);
    expect((await patch(location, numbers(10), { 'content-range': 'bytes 10-19/*' })).status).toBe(202);
    expect((await patch(location, numbers(10), { 'content-range': 'bytes=20-29' })).status).toBe(202);
  });

  it.each(['', 'x', '5', '9-0', '-5', '0-9-10', '1e3-2e3'])('refuses %j as a chunk’s place', async (range) => {
    const { start, patch } = await withRepository();
    const response = await patch(await start(), numbers(10), { 'content-range': range });
    expect(await refused(response)).toEqual({
      status: 400,
      code: 'BLOB_UPLOAD_INVALID',
      message: `'${range}' is not a Content-Range: write <first byte>-<last byte>`,
    });
  });

  it('refuses a chunk that is not as long as its place', async () => {
    const { fetch, start, patch } = await withRepository();
    const location = await start();
    const response = await patch(location, numbers(10), { 'content-range': '0-19', 'content-length': '10' });
    expect(await refused(response)).toEqual({
      status: 400,
      code: 'SIZE_INVALID',
      message: `The Content-Range '0-19' has 20 bytes, the body 10`,
    });
    expect(header(await fetch(location), 'range')).toBe('0-0');
  });

  it('is as far as it was after a chunk of nothing, wherever that says it is', async () => {
    const { fetch, start, patch } = await withRepository();
    const location = await start();
    expect(header(await patch(location, null), 'range')).toBe('0-0');
    await patch(location, numbers(10));
    expect(header(await patch(location, null), 'range')).toBe('0-9');
    expect(header(await patch(location, null, { 'content-range': '500-600' }), 'range')).toBe('0-9');
    expect(header(await fetch(location), 'range')).toBe('0-9');
  });

  it('becomes no blob of another digest, and stays open', async () => {
    const { fetch, start, patch } = await withRepository();
    const bytes = numbers(10);
    const location = await start();
    await patch(location, bytes);
    for (const [digest, message] of [
      [`sha256:${'0'.repeat(64)}`, 'None of the provided layer digests match the calculated layer digest'],
      [
        'sha256:short',
        `The digest 'sha256:short' is invalid: write sha256:<64 lower-case hex digits> or sha512:<128 lower-case hex digits>`,
      ],
    ]) {
      const response = await fetch(`${location}?digest=${digest}`, { method: 'PUT' });
      expect(await refused(response)).toEqual({ status: 400, code: 'DIGEST_INVALID', message });
    }
    expect(await refused(await fetch(location, { method: 'PUT' }))).toMatchObject({
      status: 400,
      code: 'DIGEST_INVALID',
    });
    const single = await fetch(`/v2/team/web/blobs/uploads/?digest=sha256:${'0'.repeat(64)}`, {
      method: 'POST',
      body: bytes,
    });
    expect(await refused(single)).toMatchObject({ status: 400, code: 'DIGEST_INVALID' });
    expect((await fetch(`${location}?digest=${await sha256(bytes)}`, { method: 'PUT' })).status).toBe(201);
  });

  it.each(['6cb64b8a-9378-0e33-2ab1-b780fab8a9e9', 'nothing', '%20'])('does not exist: %s', async (id) => {
    const { fetch } = await withRepository();
    const path = `/v2/team/web/blobs/uploads/${id}`;
    for (const [method, body] of [
      ['GET', null],
      ['PATCH', 'x'],
      ['PUT', 'x'],
    ] as const) {
      const digest = `sha256:${'0'.repeat(64)}`;
      const response = await fetch(`${path}?digest=${digest}`, { method, body });
      expect(await refused(response)).toMatchObject({ status: 404, code: 'BLOB_UPLOAD_UNKNOWN' });
    }
  });

  it('belongs to its repository', async () => {
    const { engine, fetch, start } = await withRepository();
    await engine.ecr.createRepository({ repositoryName: 'other' });
    const location = await start();
    expect((await fetch(location.replace('team/web', 'other'))).status).toBe(404);
  });

  it('stands in for a mount that cannot be', async () => {
    const { fetch } = await withRepository();
    const digest = await sha256(bytesOf('x'));
    for (const query of [`mount=${digest}&from=other`, `mount=${digest}`, `mount=${digest}&from=No+name`]) {
      const response = await fetch(`/v2/team/web/blobs/uploads/?${query}`, { method: 'POST' });
      expect(response.status).toBe(202);
      expect(header(response, 'location')).toMatch(new RegExp(`^/v2/team/web/blobs/uploads/${uuid}$`));
    }
  });

  it('is read only as fast as it is stored, and never as a whole', async () => {
    const { engine, start, patch } = await withRepository();
    let release: () => void = () => undefined;
    engine.intercept('appendToUpload', { delay: new Promise<void>((resolve) => (release = resolve)) });
    const body = watched((i) => (i < 20 ? new Uint8Array(MiB) : undefined));
    const answer = patch(await start(), body.stream);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(body.pulled).toBe(0);
    release();
    expect(header(await answer, 'range')).toBe(`0-${20 * MiB - 1}`);
  });

  it('keeps what came before a client broke off', async () => {
    const { fetch, start, patch } = await withRepository();
    const location = await start();
    const body = watched((i) => {
      if (i === 10) throw new Error('the client went away');
      return new Uint8Array(MiB);
    });
    expect(await refused(await patch(location, body.stream))).toMatchObject({
      status: 400,
      message: 'The request body could not be read to its end: the client went away',
    });
    expect(header(await fetch(location), 'range')).toBe(`0-${8 * MiB - 1}`);
    expect(header(await patch(location, new Uint8Array(10)), 'range')).toBe(`0-${8 * MiB + 9}`);
  });

  it('keeps nothing of what it does not take, and reads it to its end', async () => {
    const { start, patch } = await withRepository();
    const body = watched((i) => (i < 10 ? new Uint8Array(MiB) : undefined));
    const response = await patch(await start(), body.stream, { 'content-range': '500-999999999' });
    expect(response.status).toBe(416);
    await vi.waitFor(() => expect(body).toMatchObject({ pulled: 11, cancelled: false }));
  });

  it('has one of two clients at a time', async () => {
    const { fetch, start, patch } = await withRepository();
    const location = await start();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => patch(location, numbers(100), { 'content-range': '0-99' })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([202, ...Array(7).fill(416)]);
    expect(header(await fetch(location), 'range')).toBe('0-99');
  });

  it('has so many parts, and no more', async () => {
    const { fetch, start, patch } = await withRepository({}, { limits: { partsPerUpload: 2 } });
    const location = await start();
    await patch(location, numbers(1));
    await patch(location, numbers(1));
    const digest = `sha256:${'0'.repeat(64)}`;
    for (const response of [
      await patch(location, numbers(1)),
      await patch(location, numbers(1), { 'content-range': '2-2' }),
      await fetch(`${location}?digest=${digest}`, { method: 'PUT', body: numbers(1) }),
    ]) {
      expect(await refused(response)).toEqual({
        status: 413,
        code: 'SIZE_INVALID',
        message: expect.stringMatching(
          /which is '2': start the upload again and send larger chunks, for example with coracle push$/,
        ),
      });
    }
    expect(header(await fetch(location), 'range')).toBe('0-1');
  });

  it('is one of so many that are open, at `/v2/` and by the API', async () => {
    const { call, fetch, start } = await withRepository({}, { limits: { openUploads: 1 } });
    const location = await start();
    for (const query of ['', `?digest=sha256:${'0'.repeat(64)}`, `?mount=sha256:${'0'.repeat(64)}&from=other`]) {
      const response = await fetch(`/v2/team/web/blobs/uploads/${query}`, { method: 'POST', body: 'x' });
      expect(await refused(response)).toMatchObject({ status: 429, code: 'TOOMANYREQUESTS' });
    }
    expect((await fetch(location, { method: 'DELETE' })).status).toBe(204);
    await start();
    await call('CreateRepository', { repositoryName: 'team/web' });
    const initiate = () => call('InitiateLayerUpload', { repositoryName: 'team/web' });
    expect((await initiate()).status).toBe(200);
    const response = await initiate();
    expect([response.status, await response.json()]).toMatchObject([400, { __type: 'ThrottlingException' }]);
  });
});

describe('an upload in a store whose commits are not atomic', () => {
  /** Handlers of several processes on one store. */
  async function processes(count: number) {
    const { records, bytes } = memoryStorage();
    let lists = 0;
    const storage: Storage = {
      bytes,
      records: {
        guarantees: { atomicCommit: false, freshReads: true, remote: false },
        getMany: (keys) => records.getMany(keys),
        commit: (change) => records.commit(change),
        list: (range) => {
          if (range.prefix.startsWith('upload/')) lists++;
          return records.list(range);
        },
      },
    };
    const first = await withRepository({}, {}, storage);
    const others = Array.from({ length: count - 1 }, () => served({}, {}, storage));
    return { start: first.start, fetches: [first, ...others].map(({ fetch }) => fetch), lists: () => lists };
  }

  it('has its state in its location, by which chunks without a place go on in any process, without a list', async () => {
    const { start, fetches, lists } = await processes(5);
    const bytes = numbers(400);
    let location = await start();
    for (const [nth, fetch] of fetches.slice(1).entries()) {
      expect(location).toMatch(new RegExp(`^/v2/team/web/blobs/uploads/${uuid}\\?_state=[0-9-]+\\.[0-9a-f]{32}$`));
      const body = bytes.slice(nth * 100, nth * 100 + 100);
      const answer = await fetch(location, { method: 'PATCH', body });
      expect([answer.status, header(answer, 'range')]).toEqual([202, `0-${nth * 100 + 99}`]);
      location = header(answer, 'location') ?? '';
    }
    expect(lists()).toBe(0);
    const put = await fetches[0]?.(`${location}&digest=${await sha256(bytes)}`, { method: 'PUT' });
    expect(put?.status).toBe(201);
  });

  it('goes on from a location of before, from one of another upload, and from one without a state', async () => {
    const { start, fetches } = await processes(3);
    const [one, two, three] = fetches as [Fetch, Fetch, Fetch];
    const bytes = numbers(400);
    const chunk = (nth: number) => ({ method: 'PATCH', body: bytes.slice(nth * 100, nth * 100 + 100) });
    const location = await start();
    await one(location, chunk(0));
    const [path, state] = [location.split('?')[0] ?? '', (await start()).split('?')[1]];
    expect(header(await two(location, chunk(1)), 'range')).toBe('0-199');
    expect(header(await three(path, chunk(2)), 'range')).toBe('0-299');
    expect(header(await two(`${path}?${state}`, chunk(3)), 'range')).toBe('0-399');
    expect(header(await three(location), 'range')).toBe('0-399');
    const put = await one(`${path}?digest=${await sha256(bytes)}&${state}`, { method: 'PUT' });
    expect(put.status).toBe(201);
  });

  it('is finished also by a client that takes no notice of the query in its location', async () => {
    const { start, fetches } = await processes(1);
    const [one] = fetches as [Fetch];
    const bytes = numbers(100);
    const location = await start();
    await one(location, { method: 'PATCH', body: bytes });
    expect((await one(`${location}?digest=${await sha256(bytes)}`, { method: 'PUT' })).status).toBe(201);
  });

  it('says in the location of a refusal where it stands', async () => {
    const { start, fetches } = await processes(2);
    const [one, two] = fetches as [Fetch, Fetch, ...Fetch[]];
    const location = await start();
    const bytes = numbers(200);
    await one(location, { method: 'PATCH', body: bytes.slice(0, 100) });
    const headers = { 'content-range': '50-149' };
    const late = await two(location, { method: 'PATCH', body: bytes.slice(50, 150), headers });
    expect([late.status, header(late, 'range')]).toEqual([416, '0-99']);
    const onwards = header(late, 'location') ?? '';
    expect(onwards).not.toBe(location);
    const end = { method: 'PUT', body: bytes.slice(100), headers: { 'content-range': '100-199' } };
    expect((await two(`${onwards}&digest=${await sha256(bytes)}`, end)).status).toBe(201);
  });
});
