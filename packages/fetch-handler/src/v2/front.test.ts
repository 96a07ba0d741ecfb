import { type BuiltImage, buildArtifact, buildImage, buildIndex } from '@coracle/core/testing';
import { describe, expect, it } from 'vitest';
import { bytesOf, header, origin, refused, served, sha256 } from '../../test-support/served.ts';

const web = '/v2/web';

/** ECR's own front, with a private repository `web` and what a client does there. */
async function aws() {
  const made = served({ quirks: 'aws' });
  await made.engine.ecr.createRepository({ repositoryName: 'web' });
  const { repository } = await made.engine.ecrPublic.createRepository({ repositoryName: 'open' });
  const open = repository?.repositoryUri?.replace('public.ecr.aws', '/v2') ?? '';
  const { fetch } = made;
  const upload = async (to: string, bytes: Uint8Array) => {
    const location = header(await fetch(`${to}/blobs/uploads/`, { method: 'POST' }), 'location') ?? '';
    const digest = await sha256(bytes);
    return fetch(`${location}?digest=${digest}`, { method: 'PUT', body: bytes as Uint8Array<ArrayBuffer> });
  };
  const put = (to: string, reference: string, { manifest, mediaType }: BuiltImage) =>
    fetch(`${to}/manifests/${reference}`, { method: 'PUT', body: manifest, headers: { 'content-type': mediaType } });
  const push = async (to: string, reference: string, image: BuiltImage) => {
    for (const { bytes } of image.blobs) expect((await upload(to, bytes)).status).toBe(201);
    return put(to, reference, image);
  };
  return { ...made, open, upload, push, put };
}

describe("ECR's own front", () => {
  it('answers a chunk with 201, and with an absolute location', async () => {
    const { fetch } = await aws();
    const started = await fetch(`${web}/blobs/uploads/`, { method: 'POST' });
    const location = header(started, 'location') ?? '';
    expect(location.startsWith(`${origin}${web}/blobs/uploads/`)).toBe(true);
    const taken = await fetch(location, { method: 'PATCH', body: 'content' });
    expect([taken.status, header(taken, 'range'), header(taken, 'location')]).toEqual([201, '0-6', location]);
  });

  it('takes no blob in one request, and mounts none', async () => {
    const { fetch, push } = await aws();
    const image = await buildImage();
    await push(web, 'v1', image);
    const [{ digest } = { digest: '' }] = image.blobs;
    for (const query of [`digest=${await sha256(bytesOf('x'))}`, `mount=${digest}&from=web`]) {
      expect((await fetch(`${web}/blobs/uploads/?${query}`, { method: 'POST', body: 'x' })).status).toBe(202);
    }
  });

  it('takes no blob without content', async () => {
    const { fetch, upload } = await aws();
    const refusal = await refused(await upload(web, new Uint8Array(0)));
    expect(refusal).toMatchObject({ status: 400, code: 'BLOB_UPLOAD_INVALID' });
    expect((await upload(web, bytesOf('x'))).status).toBe(201);
    expect((await fetch(`${web}/blobs/${await sha256(bytesOf('x'))}`)).status).toBe(200);
  });

  it('answers a manifest without its location, and in public also without its digest', async () => {
    const { open, push, put } = await aws();
    const image = await buildImage();
    const answers = [await push(web, 'v1', image), await push(open, 'v1', image)];
    expect(answers.map(({ status, headers }) => [status, headers.get('location')])).toEqual([
      [201, null],
      [201, null],
    ]);
    expect(answers.map((answer) => header(answer, 'docker-content-digest'))).toEqual([image.digest, null]);
    const tagged = await put(web, `${image.digest}?tag=v2`, image);
    expect([tagged.status, header(tagged, 'oci-tag')]).toEqual([201, null]);
  });

  it('has referrers only in private', async () => {
    const { fetch, open, push } = await aws();
    const image = await buildImage();
    const note = await buildArtifact({ artifactType: 'text/x-note', subject: image });
    const answers = [await push(web, note.digest, note), await push(open, note.digest, note)];
    expect(answers.map((answer) => header(answer, 'oci-subject'))).toEqual([image.digest, null]);
    expect((await fetch(`${web}/referrers/${image.digest}`)).status).toBe(200);
    expect(await refused(await fetch(`${open}/referrers/${image.digest}`))).toMatchObject({
      status: 404,
      code: 'UNSUPPORTED',
    });
  });

  it('answers what the API calls an invalid parameter with 405', async () => {
    const { fetch, open } = await aws();
    const refusals = [
      await fetch(`${web}/manifests/v1`, { method: 'PUT', body: '{}' }),
      await fetch(`${web}/tags/list?n=1001`),
      await fetch(`${open}/tags/list?n=1001`),
      await fetch(`${web}/tags/list?last=v1`),
      await fetch(`${web}/tags/list?last=${btoa('v1')}`),
      await fetch('/v2/_catalog?n=1001'),
    ];
    for (const response of refusals)
      expect(await refused(response)).toMatchObject({ status: 405, code: 'UNSUPPORTED' });
    expect((await refused(await fetch(`${web}/tags/list?n=1001`))).message).toBe(
      "Invalid parameter at 'maxResults' failed to satisfy constraint: 'Member must have value less than or equal to 1000'",
    );
  });

  it('calls a wrong digest an invalid manifest, and a wrong reference a bad request', async () => {
    const { fetch, push } = await aws();
    const wrong = await push(web, await sha256(bytesOf('x')), await buildImage());
    expect(await refused(wrong)).toMatchObject({ status: 400, code: 'MANIFEST_INVALID' });
    expect((await fetch(`${web}/manifests/a@b`)).status).toBe(400);
    expect((await fetch(`${web}/manifests/v1`)).status).toBe(404);
  });

  it('lists tags by positions that only it knows', async () => {
    const { fetch, push } = await aws();
    const image = await buildImage();
    for (const tag of ['a', 'b', 'c']) await push(web, tag, image);
    const first = await fetch(`${web}/tags/list?n=2`);
    expect(await first.json()).toMatchObject({ tags: ['a', 'b'] });
    const [, next = ''] = /^<(.*)>; rel="next"$/.exec(header(first, 'link') ?? '') ?? [];
    expect(await (await fetch(next)).json()).toMatchObject({ tags: ['c'] });
  });

  it('deletes as BatchDeleteImage does, and no blobs', async () => {
    const { fetch, push } = await aws();
    const image = await buildImage();
    await push(web, 'v1', image);
    const index = await buildIndex({ images: [image] });
    await push(web, 'all', index);
    const remove = (path: string) => fetch(`${web}/${path}`, { method: 'DELETE' });
    expect(await refused(await remove(`blobs/${image.blobs[0]?.digest}`))).toMatchObject({ status: 405 });
    expect(await refused(await remove(`manifests/${image.digest}`))).toMatchObject({
      status: 405,
      code: 'UNSUPPORTED',
      message: `Requested image referenced by manifest list: [${index.digest}]`,
    });
    expect((await remove('manifests/all')).status).toBe(202);
    expect((await fetch(`${web}/manifests/${index.digest}`)).status).toBe(404);
    expect((await remove(`manifests/${image.digest}`)).status).toBe(202);
    expect(await refused(await remove('manifests/v1'))).toMatchObject({ status: 404, code: 'MANIFEST_UNKNOWN' });
  });
});
