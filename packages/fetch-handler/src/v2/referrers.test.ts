import { buildArtifact, buildImage } from '@coracle/core/testing';
import { describe, expect, it } from 'vitest';
import { header, pushed, refused, served } from '../../test-support/served.ts';

const indexType = 'application/vnd.oci.image.index.v1+json';

interface Index {
  readonly manifests: readonly { readonly digest: string; readonly artifactType: string }[];
}

async function withImage() {
  const made = served();
  await made.engine.ecr.createRepository({ repositoryName: 'web' });
  const image = await buildImage();
  await pushed(made.fetch, 'web', 'v1', image);
  const list = (query = '', digest: string = image.digest) => made.fetch(`/v2/web/referrers/${digest}${query}`);
  return { ...made, image, list };
}

describe('the referrers of an image', () => {
  it('are an index', async () => {
    const { fetch, image, list } = await withImage();
    const artifact = await buildArtifact({ artifactType: 'text/x-note', subject: image, annotations: { note: '1' } });
    const put = await pushed(fetch, 'web', artifact.digest, artifact);
    expect(header(put, 'oci-subject')).toBe(image.digest);
    const response = await list();
    expect([response.status, header(response, 'content-type')]).toEqual([200, indexType]);
    expect(header(response, 'oci-filters-applied')).toBeNull();
    expect(await response.json()).toEqual({
      schemaVersion: 2,
      mediaType: indexType,
      manifests: [
        {
          mediaType: artifact.mediaType,
          digest: artifact.digest,
          size: artifact.manifest.length,
          artifactType: 'text/x-note',
          annotations: { note: '1' },
        },
      ],
    });
  });

  it('are filtered by their type, which the answer says', async () => {
    const { fetch, image, list } = await withImage();
    for (const artifactType of ['text/x-one', 'text/x-two']) {
      const artifact = await buildArtifact({ artifactType, subject: image });
      await pushed(fetch, 'web', artifact.digest, artifact);
    }
    const response = await list('?artifactType=text/x-two');
    expect(header(response, 'oci-filters-applied')).toBe('artifactType');
    const { manifests } = (await response.json()) as Index;
    expect(manifests.map(({ artifactType }) => artifactType)).toEqual(['text/x-two']);
    expect(header(await list('?artifactType='), 'oci-filters-applied')).toBeNull();
  });

  it('come in pages where their manifests are large', async () => {
    const { fetch, image } = await withImage();
    for (const letter of ['a', 'b', 'c']) {
      const annotations = { much: letter.repeat(1_500_000) };
      const artifact = await buildArtifact({ artifactType: 'text/x-note', subject: image, annotations });
      await pushed(fetch, 'web', artifact.digest, artifact);
    }
    const seen: string[] = [];
    const sizes: number[] = [];
    let next: string | undefined = `/v2/web/referrers/${image.digest}?artifactType=text/x-note`;
    while (next !== undefined) {
      const response: Response = await fetch(next);
      const { manifests } = (await response.json()) as Index;
      sizes.push(manifests.length);
      seen.push(...manifests.map(({ digest }) => digest));
      next = /^<(.*)>; rel="next"$/.exec(header(response, 'link') ?? '')?.[1];
    }
    // At most 4 MiB on a page.
    expect(sizes).toEqual([2, 1]);
    expect(new Set(seen).size).toBe(3);
    expect([...seen].sort()).toEqual(seen);
  });

  it('are none for an image, or a repository, that is not there', async () => {
    const { fetch, list } = await withImage();
    const unknown = `sha512:${'0'.repeat(128)}`;
    for (const response of [await list('', unknown), await fetch(`/v2/nowhere/referrers/${unknown}`)]) {
      expect([response.status, await response.json()]).toMatchObject([200, { manifests: [] }]);
    }
  });

  it('are refused for what is no digest', async () => {
    const { list } = await withImage();
    expect(await refused(await list('', 'sha256:00'))).toMatchObject({ status: 400, code: 'DIGEST_INVALID' });
    expect(await refused(await list('?last=x'))).toMatchObject({ status: 400, code: 'UNSUPPORTED' });
  });
});
