import { buildArtifact, buildImage, buildIndex } from '@coracle/core/testing';
import { describe, expect, it, vi } from 'vitest';
import {
  bytesOf,
  header,
  ofContent,
  ofV2,
  pushed,
  refused,
  served,
  sha256,
  watched,
} from '../../test-support/served.ts';

const path = (reference: string) => `/v2/team/web/manifests/${reference}`;

async function withRepository(...args: Parameters<typeof served>) {
  const made = served(...args);
  await made.engine.ecr.createRepository({ repositoryName: 'team/web' });
  return made;
}

describe('a manifest', () => {
  it('is pushed by tag, and pulled by tag and by digest, byte for byte', async () => {
    const { fetch } = await withRepository();
    const image = await buildImage();
    const put = await pushed(fetch, 'team/web', 'v1', image);
    expect(put.status).toBe(201);
    expect(Object.fromEntries(put.headers)).toEqual({
      location: `/v2/team/web/manifests/${image.digest}`,
      'docker-content-digest': image.digest,
      'content-length': '0',
      ...ofV2,
    });
    for (const at of [
      path('v1'),
      path(image.digest),
      path(image.digest.replace(':', '%3A')),
      header(put, 'location') ?? '',
    ]) {
      const got = await fetch(at);
      expect(got.status).toBe(200);
      const expected = {
        'content-type': image.mediaType,
        'content-length': String(bytesOf(image.manifest).length),
        'docker-content-digest': image.digest,
        ...ofContent,
      };
      expect(Object.fromEntries(got.headers)).toEqual(expected);
      expect(await got.text()).toBe(image.manifest);
      const head = await fetch(at, { method: 'HEAD' });
      expect(head.status).toBe(200);
      expect(Object.fromEntries(head.headers)).toEqual(expected);
      expect(await head.text()).toBe('');
    }
  });

  it('keeps its bytes, whatever their form', async () => {
    const { fetch } = await withRepository();
    const image = await buildImage();
    const manifest = `${JSON.stringify(JSON.parse(image.manifest), null, '\t')}\n`;
    const put = await pushed(fetch, 'team/web', 'v1', { ...image, manifest });
    expect(header(put, 'docker-content-digest')).toBe(await sha256(bytesOf(manifest)));
    expect(await (await fetch(path('v1'))).text()).toBe(manifest);
  });

  it('is pushed again with the same success', async () => {
    const { fetch } = await withRepository();
    const image = await buildImage();
    const answers = [];
    for (const reference of ['v1', 'v1', image.digest, 'v2']) {
      const { status, headers } = await pushed(fetch, 'team/web', reference, image);
      answers.push([status, headers.get('docker-content-digest')]);
    }
    expect(answers).toEqual(Array(4).fill([201, image.digest]));
  });

  it('is what DescribeImages describes', async () => {
    const { engine, fetch } = served();
    await engine.ecrPublic.createRepository({ repositoryName: 'web' });
    const { registries } = await engine.ecrPublic.describeRegistries();
    const alias = registries[0]?.registryUri?.split('/')[1];
    const image = await buildImage();
    expect((await pushed(fetch, `${alias}/web`, 'v1', image)).status).toBe(201);
    const { imageDetails } = await engine.ecrPublic.describeImages({ repositoryName: 'web' });
    expect(imageDetails).toMatchObject([{ imageDigest: image.digest, imageTags: ['v1'] }]);
  });

  it('tells its subject', async () => {
    const { fetch } = await withRepository();
    const image = await buildImage();
    const signature = await buildArtifact({ artifactType: 'application/vnd.example.signature', subject: image });
    const put = await pushed(fetch, 'team/web', signature.digest, signature);
    expect(put.status).toBe(201);
    expect(header(put, 'oci-subject')).toBe(image.digest);
  });

  it('may be an index', async () => {
    const { fetch } = await withRepository();
    const images = [await buildImage({ layers: ['a'] }), await buildImage({ layers: ['b'] })];
    const index = await buildIndex({ images });
    const early = await refused(await pushed(fetch, 'team/web', 'v1', index));
    expect(early).toMatchObject({ status: 400, code: 'MANIFEST_BLOB_UNKNOWN' });
    for (const image of images) await pushed(fetch, 'team/web', image.digest, image);
    expect((await pushed(fetch, 'team/web', 'v1', index)).status).toBe(201);
    expect(header(await fetch(path('v1')), 'content-type')).toBe('application/vnd.oci.image.index.v1+json');
  });

  it('has the media type of the request, without its parameters', async () => {
    const { fetch } = await withRepository();
    const image = await buildImage();
    const bare = JSON.stringify({ ...JSON.parse(image.manifest), mediaType: undefined });
    const put = (reference: string, type: string | undefined, manifest = bare) =>
      fetch(path(reference), {
        method: 'PUT',
        body: bytesOf(manifest),
        ...(type === undefined ? {} : { headers: { 'content-type': type } }),
      });
    await pushed(fetch, 'team/web', 'v1', image);
    for (const type of [` ${image.mediaType} ; charset=utf-8`, image.mediaType.toUpperCase()]) {
      expect((await put('bare', type)).status).toBe(201);
      expect((await put('own', type, image.manifest)).status).toBe(201);
      expect(header(await fetch(path('bare')), 'content-type')).toBe(image.mediaType);
    }

    const says = [
      undefined,
      'application/octet-stream',
      'Application/JSON; charset=utf-8',
      'text/plain;charset=UTF-8',
      'application/x-www-form-urlencoded',
    ];
    for (const type of says) {
      expect(await refused(await put('none', type))).toMatchObject({ status: 400 });
      expect((await put('own', type, image.manifest)).status).toBe(201);
    }
    const other = await put('v1', 'application/vnd.docker.distribution.manifest.v2+json', image.manifest);
    expect(await refused(other)).toMatchObject({ status: 400 });
  });

  it('is refused without its blobs', async () => {
    const { fetch } = await withRepository();
    const image = await buildImage();
    const put = await fetch(path('v1'), {
      method: 'PUT',
      body: image.manifest,
      headers: { 'content-type': image.mediaType },
    });
    const { status, code, message } = await refused(put);
    expect({ status, code }).toEqual({ status: 400, code: 'MANIFEST_BLOB_UNKNOWN' });
    expect(message).toContain(image.blobs[0]?.digest);
  });

  it.each([
    ['v1', '{', 'MANIFEST_INVALID'],
    ['v1', '[]', 'MANIFEST_INVALID'],
    ['v1', '', 'MANIFEST_INVALID'],
    ['v1', '\u00ff', 'MANIFEST_INVALID'],
    ['sha256:baddigeststring', '{}', 'DIGEST_INVALID'],
    ['.v1', '{}', 'TAG_INVALID'],
    ['v'.repeat(129), '{}', 'TAG_INVALID'],
  ])('is refused: %s, %j', async (reference, body, code) => {
    const { fetch } = await withRepository();
    const response = await fetch(path(reference), { method: 'PUT', body });
    expect(await refused(response)).toMatchObject({ status: 400, code });
  });

  it('is refused under a digest that is not its own', async () => {
    const { fetch } = await withRepository();
    const image = await buildImage();
    const response = await pushed(fetch, 'team/web', `sha256:${'0'.repeat(64)}`, image);
    expect(await refused(response)).toMatchObject({ status: 400, code: 'DIGEST_INVALID' });
  });

  it('does not replace a tag that is immutable', async () => {
    const { engine, fetch } = served();
    await engine.ecr.createRepository({ repositoryName: 'team/web', imageTagMutability: 'IMMUTABLE' });
    await pushed(fetch, 'team/web', 'v1', await buildImage({ layers: ['a'] }));
    const response = await pushed(fetch, 'team/web', 'v1', await buildImage({ layers: ['b'] }));
    expect(await refused(response)).toMatchObject({ status: 400, code: 'TAG_INVALID' });
  });

  it.each(['v2', `sha256:${'0'.repeat(64)}`, 'sha256:totallywrong', '.INVALID_MANIFEST_NAME', 'v'.repeat(200)])(
    'is not there: %s',
    async (reference) => {
      const { fetch } = await withRepository();
      await pushed(fetch, 'team/web', 'v1', await buildImage());
      const response = await fetch(path(reference));
      expect(await refused(response)).toMatchObject({ status: 404, code: 'MANIFEST_UNKNOWN' });
      expect((await fetch(path(reference), { method: 'HEAD' })).status).toBe(404);
    },
  );

  it('creates its repository with createOnPush', async () => {
    const { engine, fetch } = served({ createOnPush: true });
    const empty = await buildIndex({ images: [] });
    expect((await pushed(fetch, 'team/new', 'v1', empty)).status).toBe(201);
    expect((await engine.ecr.describeRepositories()).repositories).toMatchObject([{ repositoryName: 'team/new' }]);
  });

  it('is pushed by many at once', async () => {
    const { fetch } = await withRepository();
    const images = await Promise.all(Array.from({ length: 20 }, (_, i) => buildImage({ layers: [`${i}`] })));
    const answers = await Promise.all(images.map((image) => pushed(fetch, 'team/web', 'latest', image)));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(201));
    const latest = header(await fetch(path('latest')), 'docker-content-digest');
    expect(images.map(({ digest }) => digest)).toContain(latest);
  });
});

describe('a manifest that is too large', () => {
  const MiB = 1024 * 1024;

  it('is refused by the length that was announced, and read to its end', async () => {
    const { fetch } = await withRepository();
    const body = watched((i) => (i < 5 ? new Uint8Array(MiB) : undefined));
    const headers = { 'content-length': String(4 * MiB + 1) };
    const response = await fetch(path('v1'), { method: 'PUT', body: body.stream, headers });
    expect(await refused(response)).toEqual({
      status: 413,
      code: 'MANIFEST_INVALID',
      message: 'A manifest may have at most 4194304 bytes',
    });
    await vi.waitFor(() => expect(body).toMatchObject({ pulled: 6, cancelled: false }));
  });

  it('is refused once it has become too large', async () => {
    const { fetch } = await withRepository();
    const body = watched((i) => (i < 40 ? new Uint8Array(MiB) : undefined));
    const response = await fetch(path('v1'), { method: 'PUT', body: body.stream });
    expect(response.status).toBe(413);
    await vi.waitFor(() => expect(body).toMatchObject({ pulled: 41, cancelled: false }));
  });

  it('is what the engine’s limits say', async () => {
    const { fetch } = await withRepository({}, { limits: { manifestBytes: 100 } });
    expect((await fetch(path('v1'), { method: 'PUT', body: ' '.repeat(101) })).status).toBe(413);
    expect((await fetch(path('v1'), { method: 'PUT', body: ' '.repeat(100) })).status).toBe(400);
  });

  it('creates nothing', async () => {
    const { engine, fetch } = served({ createOnPush: true }, { limits: { manifestBytes: 100 } });
    await fetch('/v2/new/manifests/v1', { method: 'PUT', body: ' '.repeat(101) });
    expect((await engine.ecr.describeRepositories()).repositories).toEqual([]);
  });
});

describe('a manifest that is put by its digest', () => {
  it('gets the tags beside it, which the answer names', async () => {
    const { fetch } = await withRepository();
    const image = await buildImage();
    const put = await pushed(fetch, 'team/web', `${image.digest}?tag=a&tag=b&tag=a`, image);
    expect([put.status, header(put, 'oci-tag')]).toEqual([201, 'a, b']);
    for (const tag of ['a', 'b']) expect(header(await fetch(path(tag)), 'docker-content-digest')).toBe(image.digest);
    const refusal = await refused(await pushed(fetch, 'team/web', `${image.digest}?tag=c&tag=.d`, image));
    expect(refusal).toMatchObject({ status: 400, code: 'TAG_INVALID' });
    expect((await fetch(path('c'))).status).toBe(404);
  });
});

describe('a manifest with many tags beside its digest', () => {
  const tagsOf = (count: number) => Array.from({ length: count }, (_, i) => `tag=v${i % 2}`).join('&');

  it('is refused beyond 50 before it is read, those that are the same included', async () => {
    const { fetch } = await withRepository();
    const { digest } = await buildImage();
    // Large chunks, because what comes after the answer is drained.
    const body = watched(() => new Uint8Array(1024 * 1024));
    const response = await fetch(`${path(digest)}?${tagsOf(51)}`, { method: 'PUT', body: body.stream });
    expect(await refused(response)).toEqual({
      status: 414,
      code: 'TAG_INVALID',
      message:
        'A manifest may be pushed with at most 50 tags at once, but this request has 51: send the other tags in further requests',
    });
    expect(body.pulled).toBe(0);
  });

  it('is taken with 50, and tags beside a tag mean nothing', async () => {
    const { fetch } = await withRepository();
    const image = await buildImage();
    const put = await pushed(fetch, 'team/web', `${image.digest}?${tagsOf(50)}`, image);
    expect([put.status, header(put, 'oci-tag')]).toEqual([201, 'v0, v1']);
    expect((await pushed(fetch, 'team/web', `v2?${tagsOf(51)}`, image)).status).toBe(201);
    const aws = await withRepository({ quirks: 'aws' });
    expect((await pushed(fetch, 'team/web', `${image.digest}?tag=a`, image)).status).toBe(201);
    expect((await aws.fetch(`${path(image.digest)}?${tagsOf(51)}`, { method: 'PUT', body: '' })).status).toBe(405);
  });
});

describe('a manifest that is deleted', () => {
  it('goes with its tags, and a tag goes alone', async () => {
    const { fetch } = await withRepository();
    const image = await buildImage();
    for (const tag of ['v1', 'v2']) await pushed(fetch, 'team/web', tag, image);
    const remove = (reference: string) => fetch(path(reference), { method: 'DELETE' });
    for (const tag of ['v1', 'v2']) {
      expect((await remove(tag)).status).toBe(202);
      expect(await refused(await remove(tag))).toMatchObject({ status: 404, code: 'MANIFEST_UNKNOWN' });
    }
    expect((await fetch(path(image.digest))).status).toBe(200);
    await pushed(fetch, 'team/web', 'v3', image);
    expect((await remove(image.digest)).status).toBe(202);
    for (const reference of ['v3', image.digest]) expect((await fetch(path(reference))).status).toBe(404);
    expect((await remove(image.digest)).status).toBe(404);
    expect((await remove('.none')).status).toBe(404);
  });
});

describe('a client of /v2/', () => {
  it('causes the events of what it does: HEAD is no pull', async () => {
    const { engine, fetch } = served({ createOnPush: true });
    const events: unknown[] = [];
    engine.events.on('*', (event) => events.push([event.type, 'tags' in event ? event.tags : event.repositoryName]));
    const image = await buildImage();
    await pushed(fetch, 'team/web', 'v1', image);
    await pushed(fetch, 'team/web', 'v1', image);
    await fetch(path('v1'), { method: 'HEAD' });
    await fetch(path('none'));
    await fetch(path('v1'));
    await fetch(path(image.digest));
    await fetch(path('v1'), { method: 'DELETE' });
    await fetch(path(image.digest), { method: 'DELETE' });
    expect(events).toEqual([
      ['createRepository', 'team/web'],
      ['push', ['v1']],
      ['pull', ['v1']],
      ['pull', []],
      ['delete', ['v1']],
      ['delete', []],
    ]);
  });
});
