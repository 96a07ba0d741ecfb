import { describe, expect, it } from 'vitest';
import {
  account,
  digestOf,
  expectInvalid,
  expectRefused,
  imageOf,
  imagesIn,
  minute,
  otherAccount,
  push,
  putImage,
  putLayer,
  putParts,
  refusalOf,
  registryWith,
  type TestOptions,
  type TestRegistry,
  unknownDigest,
} from '../../../test-support/registry.ts';
import { itConcernsARepository, itWorksElsewhere, type RepositoryCall } from '../../../test-support/rules.ts';
import type { EcrPublic } from '../../model/index.ts';
import { type BuiltImage, buildArtifact, buildImage, buildIndex } from '../../testing/build-image.ts';

const repositoryName = 'team/web';
const inRepository = `repository with name '${repositoryName}' in registry with id '${account}'`;
const inTheRepository = `repository with name '${repositoryName}' in the registry with id '${account}'`;
const dockerType = 'application/vnd.docker.distribution.manifest.v2+json';
const ociType = 'application/vnd.oci.image.manifest.v1+json';
const indexType = 'application/vnd.oci.image.index.v1+json';

const call: RepositoryCall = ({ ecrPublic }, target, options) =>
  ecrPublic.putImage({ ...target, imageManifest: '{}', imageTag: 'v1' }, options);

const open = (options?: TestOptions) => registryWith([repositoryName], options);

const put = ({ ecrPublic }: TestRegistry, input: Omit<EcrPublic.PutImageRequest, 'repositoryName'>) =>
  ecrPublic.putImage({ repositoryName, ...input });

/** A repository with one layer and one config, and manifests of them as a test wants them. */
async function withLayers(options?: TestOptions) {
  const registry = await open(options);
  const descriptor = async (content: string) => ({
    digest: await putLayer(registry, repositoryName, content),
    size: content.length,
  });
  const config = { mediaType: 'application/vnd.oci.image.config.v1+json', ...(await descriptor('{}')) };
  const layer = { mediaType: 'application/vnd.oci.image.layer.v1.tar', ...(await descriptor('layer')) };
  const manifest = (members: object = {}) =>
    JSON.stringify({ schemaVersion: 2, mediaType: ociType, config, layers: [layer], ...members });
  return { registry, config, layer, manifest };
}

const describeOne = async ({ ecrPublic }: TestRegistry, imageDigest: string) =>
  (await ecrPublic.describeImages({ repositoryName, imageIds: [{ imageDigest }] })).imageDetails[0];

describe('PutImage', () => {
  itConcernsARepository(call, { takesAliases: true, knowsRegistries: true });
  itWorksElsewhere(call);

  describe('of a new image', () => {
    it('answers with the image, its exact manifest and its type', async () => {
      const registry = await open();
      const image = await buildImage();
      await putParts(registry, repositoryName, image);
      expect(await put(registry, { imageManifest: image.manifest, imageTag: 'v1' })).toEqual({
        image: {
          registryId: account,
          repositoryName,
          imageId: { imageDigest: await digestOf(image.manifest), imageTag: 'v1' },
          imageManifest: image.manifest,
          imageManifestMediaType: ociType,
        },
      });
      expect(await imagesIn(registry, repositoryName)).toEqual([[image.digest, ['v1']]]);
    });

    it('needs no tag, and answers with none', async () => {
      const registry = await open();
      const image = await buildImage();
      await putParts(registry, repositoryName, image);
      const answer = await put(registry, { imageManifest: image.manifest });
      expect(answer.image.imageId).toEqual({ imageDigest: image.digest });
      expect(await imagesIn(registry, repositoryName)).toEqual([[image.digest, []]]);
    });

    it("finds the repository by the registry's alias, and answers with the account", async () => {
      const registry = await open({ registryAlias: 'acme' });
      const image = await buildImage();
      await putParts(registry, repositoryName, image);
      const answer = await put(registry, { registryId: 'acme', imageManifest: image.manifest, imageTag: 'v1' });
      expect(answer.image.registryId).toBe(account);
      expect(
        (await refusalOf(put(registry, { registryId: 'acme', imageManifest: image.manifest, imageTag: 'v1' }))).message,
      ).toBe(
        `Image with digest '${image.digest}' and tag 'v1' already exists in the repository with name '${repositoryName}' in registry with id 'acme'`,
      );
    });

    it('is another one for one more newline at its end', async () => {
      const { registry, manifest } = await withLayers();
      const one = await put(registry, { imageManifest: manifest(), imageTag: 'v1' });
      const two = await put(registry, { imageManifest: `${manifest()}\n`, imageTag: 'v2' });
      expect(two.image.imageId.imageDigest).toBe(await digestOf(`${manifest()}\n`));
      expect(two.image.imageId.imageDigest).not.toBe(one.image.imageId.imageDigest);
      expect(two.image.imageManifest).toBe(`${manifest()}\n`);
    });

    it('is stored with the time of its push', async () => {
      const registry = await open();
      registry.clock.advance(minute);
      const { digest } = await push(registry, repositoryName, 'v1');
      expect((await describeOne(registry, digest))?.imagePushedAt).toEqual(new Date(registry.clock()));
    });

    it('takes fields that nobody knows', async () => {
      const { registry, manifest } = await withLayers();
      const imageManifest = manifest({ data: 'x', annotations: { 'org.x': 'y', odd: 1 }, custom: [{ a: null }] });
      expect((await put(registry, { imageManifest, imageTag: 'v1' })).image.imageManifest).toBe(imageManifest);
    });

    it('takes a digest that is the right one', async () => {
      const { registry, manifest } = await withLayers();
      const imageDigest = await digestOf(manifest());
      expect((await put(registry, { imageManifest: manifest(), imageDigest })).image.imageId).toEqual({ imageDigest });
    });

    it.each([unknownDigest, 'sha512:00', `sha256:${'A'.repeat(64)}`])(
      'refuses the digest %s, which is not its own',
      async (imageDigest) => {
        const { registry, manifest } = await withLayers();
        await expectRefused(
          registry,
          () => put(registry, { imageManifest: manifest(), imageTag: 'v1', imageDigest }),
          'ImageDigestDoesNotMatchException',
          `The image with digest '${imageDigest}' in repository '${repositoryName}' and registry ID '${account}' does not match the image digest that Amazon ECR has calculated.`,
        );
      },
    );
  });

  describe('of an image that is there', () => {
    it('adds a tag; the others and the time of the push stay', async () => {
      const registry = await open();
      const { digest, manifest } = await push(registry, repositoryName, 'v1');
      const pushedAt = new Date(registry.clock());
      registry.clock.advance(minute);
      expect((await put(registry, { imageManifest: manifest, imageTag: 'latest' })).image.imageId).toEqual({
        imageDigest: digest,
        imageTag: 'latest',
      });
      expect(await imagesIn(registry, repositoryName)).toEqual([[digest, ['latest', 'v1']]]);
      expect((await describeOne(registry, digest))?.imagePushedAt).toEqual(pushedAt);
      const { imageTagDetails } = await registry.ecrPublic.describeImageTags({ repositoryName });
      expect(imageTagDetails.map(({ imageTag, createdAt }) => [imageTag, createdAt])).toEqual([
        ['latest', new Date(registry.clock())],
        ['v1', pushedAt],
      ]);
    });

    it('refuses the same tag', async () => {
      const registry = await open();
      const { digest, manifest } = await push(registry, repositoryName, 'v1');
      await expectRefused(
        registry,
        () => put(registry, { imageManifest: manifest, imageTag: 'v1' }),
        'ImageAlreadyExistsException',
        `Image with digest '${digest}' and tag 'v1' already exists in the ${inRepository}`,
      );
    });

    it.each([undefined, 'v1'])(
      'refuses no tag at all, which it prints as null (it is there as %s)',
      async (imageTag) => {
        const registry = await open();
        const { digest, manifest } = await putImage(registry, repositoryName, await imageOf('x'), imageTag);
        await expectRefused(
          registry,
          () => put(registry, { imageManifest: manifest }),
          'ImageAlreadyExistsException',
          `Image with digest '${digest}' and tag 'null' already exists in the ${inRepository}`,
        );
      },
    );
  });

  describe('under a tag of another image', () => {
    it('moves the tag; the other image stays without it, at its time', async () => {
      const registry = await open();
      const old = await push(registry, repositoryName, 'v1');
      const pushedAt = new Date(registry.clock());
      registry.clock.advance(minute);
      const newer = await putImage(registry, repositoryName, await imageOf('newer'), 'v1');
      expect(await imagesIn(registry, repositoryName)).toEqual([
        [old.digest, []],
        [newer.digest, ['v1']],
      ]);
      expect(await describeOne(registry, old.digest)).toEqual({
        registryId: account,
        repositoryName,
        imageDigest: old.digest,
        imageSizeInBytes: old.blobs.reduce((sum, { bytes }) => sum + bytes.length, 0),
        imagePushedAt: pushedAt,
        imageManifestMediaType: ociType,
        artifactMediaType: 'application/vnd.oci.image.config.v1+json',
      });
    });

    it('moves only that tag', async () => {
      const registry = await open();
      const old = await push(registry, repositoryName, 'v1');
      await put(registry, { imageManifest: old.manifest, imageTag: 'stable' });
      registry.clock.advance(minute);
      const newer = await putImage(registry, repositoryName, await imageOf('newer'), 'v1');
      expect(await imagesIn(registry, repositoryName)).toEqual([
        [old.digest, ['stable']],
        [newer.digest, ['v1']],
      ]);
    });

    it('moves the tag back to an image that has lost it', async () => {
      const registry = await open();
      const old = await push(registry, repositoryName, 'v1');
      registry.clock.advance(minute);
      const newer = await putImage(registry, repositoryName, await imageOf('newer'), 'v1');
      await put(registry, { imageManifest: old.manifest, imageTag: 'v1' });
      expect(await imagesIn(registry, repositoryName)).toEqual([
        [old.digest, ['v1']],
        [newer.digest, []],
      ]);
    });

    it('moves the tag from an image to the list that names it', async () => {
      const registry = await open();
      const image = await push(registry, repositoryName, 'v1');
      registry.clock.advance(minute);
      const list = await buildIndex({ images: [image] });
      await put(registry, { imageManifest: list.manifest, imageTag: 'v1' });
      expect(await imagesIn(registry, repositoryName)).toEqual([
        [image.digest, []],
        [list.digest, ['v1']],
      ]);
      const imageIds = [{ imageDigest: image.digest }];
      const { failures } = await registry.ecrPublic.batchDeleteImage({ repositoryName, imageIds });
      expect(failures.map(({ failureCode }) => failureCode)).toEqual(['ImageReferencedByManifestList']);
    });
  });

  describe('of every type', () => {
    const types: [string, (blob: { config: object; layer: object }) => object][] = [
      [dockerType, ({ config, layer }) => ({ config, layers: [layer] })],
      [ociType, ({ config, layer }) => ({ config, layers: [layer] })],
      ['application/vnd.docker.distribution.manifest.list.v2+json', () => ({ manifests: [] })],
      [indexType, () => ({ manifests: [] })],
    ];

    it.each(types)('takes %s, said by the manifest, by the call or by both', async (mediaType, members) => {
      const { registry, config, layer } = await withLayers();
      const body = { schemaVersion: 2, ...members({ config, layer }) };
      const inputs = [
        { imageManifest: JSON.stringify({ ...body, mediaType }) },
        { imageManifest: JSON.stringify(body), imageManifestMediaType: mediaType },
        { imageManifest: JSON.stringify({ mediaType, ...body }), imageManifestMediaType: mediaType },
      ];
      for (const input of inputs) {
        const { image } = await put(registry, input);
        expect(image.imageManifestMediaType).toBe(mediaType);
        expect((await describeOne(registry, image.imageId.imageDigest ?? ''))?.imageManifestMediaType).toBe(mediaType);
      }
    });

    it.each([
      ['application/vnd.docker.distribution.manifest.v1+prettyjws', { signatures: [{ signature: 'x' }] }],
      ['application/vnd.docker.distribution.manifest.v1+json', {}],
    ])('finds out that a manifest of schema 1 is %s', async (mediaType, members) => {
      const { registry, layer } = await withLayers();
      const fsLayers = [{ blobSum: layer.digest }, { blobSum: layer.digest }];
      const imageManifest = JSON.stringify({
        schemaVersion: 1,
        name: 'x',
        tag: 'v1',
        fsLayers,
        history: [],
        ...members,
      });
      const { image } = await put(registry, { imageManifest, imageTag: 'v1' });
      expect(image.imageManifestMediaType).toBe(mediaType);
      const detail = await describeOne(registry, image.imageId.imageDigest ?? '');
      expect(detail).toMatchObject({ imageManifestMediaType: mediaType, imageSizeInBytes: 5 });
      expect(detail).not.toHaveProperty('artifactMediaType');
    });

    it('refuses a manifest of schema 2 whose type nobody says', async () => {
      const { registry, manifest } = await withLayers();
      await expectInvalid(
        registry,
        () => put(registry, { imageManifest: manifest({ mediaType: undefined }), imageTag: 'v1' }),
        'imageManifestMediaType',
        'image manifest mediatype not provided in manifest or parameter',
      );
    });

    it('refuses two types that differ', async () => {
      const { registry, manifest } = await withLayers();
      const refusal = await refusalOf(
        put(registry, { imageManifest: manifest(), imageTag: 'v1', imageManifestMediaType: dockerType }),
      );
      expect(refusal).toMatchObject({ name: 'InvalidParameterException' });
      expect(refusal.message).toContain("'imageManifestMediaType'");
      expect(await imagesIn(registry, repositoryName)).toEqual([]);
    });

    it('takes an artifact of OCI 1.1', async () => {
      const registry = await open();
      const artifact = await putImage(
        registry,
        repositoryName,
        await buildArtifact({ artifactType: 'text/x-sbom' }),
        'sbom',
      );
      expect(await describeOne(registry, artifact.digest)).toMatchObject({
        imageManifestMediaType: ociType,
        artifactMediaType: 'text/x-sbom',
        imageSizeInBytes: 9,
      });
    });

    it('takes an image that refers to a subject, there or not', async () => {
      const registry = await open();
      const image = await push(registry, repositoryName, 'v1');
      const signed = await buildArtifact({ artifactType: 'text/x-signature', subject: image });
      await putImage(registry, repositoryName, signed, 'signature');
      const ahead = await buildArtifact({ artifactType: 'text/x-ahead', subject: await imageOf('not pushed') });
      await putImage(registry, repositoryName, ahead, 'ahead');
      expect((await imagesIn(registry, repositoryName)).map(([, tags]) => tags[0])).toEqual(
        expect.arrayContaining(['v1', 'signature', 'ahead']),
      );
    });
  });

  describe('of what is no manifest', () => {
    const descriptor = { mediaType: 'text/plain', digest: unknownDigest, size: 1 };
    const good = { schemaVersion: 2, mediaType: ociType, config: descriptor, layers: [descriptor] };
    it.each<[string, unknown]>([
      ['no JSON', 'FROM scratch'],
      ['half a JSON document', '{"schemaVersion":2'],
      ['null', null],
      ['a list', []],
      ['a text', 'text'],
      ['no schema version', { ...good, schemaVersion: undefined }],
      ['schema version 3', { ...good, schemaVersion: 3 }],
      ['an unknown type', { ...good, mediaType: 'application/json' }],
      ['a type that is no text', { ...good, mediaType: 2 }],
      ['schema 1 as a type of schema 2', { schemaVersion: 1, mediaType: ociType, fsLayers: [] }],
      [
        'schema 2 as a type of schema 1',
        { ...good, mediaType: 'application/vnd.docker.distribution.manifest.v1+json' },
      ],
      ['no config', { ...good, config: undefined }],
      ['a config without a digest', { ...good, config: { size: 1 } }],
      ['a config with what is no digest', { ...good, config: { ...descriptor, digest: 'latest' } }],
      ['a layer without a size', { ...good, layers: [{ ...descriptor, size: undefined }] }],
      ['a layer of negative size', { ...good, layers: [{ ...descriptor, size: -1 }] }],
      ['a layer of a broken size', { ...good, layers: [{ ...descriptor, size: 1.5 }] }],
      ['a layer of a size in letters', { ...good, layers: [{ ...descriptor, size: '1' }] }],
      ['layers that are no list', { ...good, layers: {} }],
      ['a layer that is null', { ...good, layers: [null] }],
      ['a media type of a layer that is no text', { ...good, layers: [{ ...descriptor, mediaType: 1 }] }],
      ['a subject without a digest', { ...good, subject: {} }],
      ['a subject that no digest can be', { ...good, subject: { ...descriptor, digest: `sha256:${'a'.repeat(600)}` } }],
      ['a list of what are no images', { schemaVersion: 2, mediaType: indexType, manifests: [{}] }],
      ['schema 1 without layers', { schemaVersion: 1, fsLayers: 'none' }],
      ['schema 1 with a layer that has no digest', { schemaVersion: 1, fsLayers: [{}] }],
    ])('refuses %s', async (_, manifest) => {
      const registry = await open();
      const imageManifest = typeof manifest === 'string' ? manifest : JSON.stringify(manifest);
      await expectInvalid(
        registry,
        () => put(registry, { imageManifest, imageTag: 'v1' }),
        'ImageManifest',
        'Invalid JSON syntax',
      );
    });

    it('refuses an image without layers', async () => {
      const { registry, manifest } = await withLayers();
      const schema1 = JSON.stringify({ schemaVersion: 1, fsLayers: [] });
      for (const imageManifest of [manifest({ layers: [] }), manifest({ layers: undefined }), schema1]) {
        await expectInvalid(
          registry,
          () => put(registry, { imageManifest, imageTag: 'v1' }),
          'ImageManifest',
          'Image has to have at least 1 layer',
        );
      }
    });

    it('takes 500 layers, and refuses one more before it looks for them', async () => {
      const { registry, layer, manifest } = await withLayers();
      await put(registry, {
        imageManifest: manifest({ layers: Array.from({ length: 500 }, () => layer) }),
        imageTag: 'v1',
      });
      const missing = { ...layer, digest: unknownDigest };
      await expectInvalid(
        registry,
        () =>
          put(registry, {
            imageManifest: manifest({ layers: Array.from({ length: 501 }, () => missing) }),
            imageTag: 'v1',
          }),
        'ImageManifest',
        'Limit on number of layers per image exceeded',
      );
    });

    it('refuses more layers than the limits say', async () => {
      const { registry, layer, manifest } = await withLayers({ limits: { public: { layersPerImage: 1 } } });
      const imageManifest = manifest({ layers: [layer, layer] });
      await expectInvalid(
        registry,
        () => put(registry, { imageManifest, imageTag: 'v1' }),
        'ImageManifest',
        'Limit on number of layers per image exceeded',
      );
    });
  });

  describe('of an image whose layers', () => {
    const layersMissing = (...digests: string[]) =>
      `Layers with digests '[${digests.join(', ')}]' required for pushing image into ${inTheRepository} do not exist`;

    it('are missing names all of them, config first, once each', async () => {
      const registry = await open();
      const image = await buildImage({ layers: ['a', 'b', 'a'] });
      const [config, a, b] = image.blobs.map(({ digest }) => digest);
      await expectRefused(
        registry,
        () => put(registry, { imageManifest: image.manifest, imageTag: 'v1' }),
        'LayersNotFoundException',
        layersMissing(config ?? '', a ?? '', b ?? ''),
      );
    });

    it('are only in part there names the rest', async () => {
      const { registry, layer, manifest } = await withLayers();
      const missing = { ...layer, digest: unknownDigest };
      await expectRefused(
        registry,
        () => put(registry, { imageManifest: manifest({ layers: [layer, missing, missing] }), imageTag: 'v1' }),
        'LayersNotFoundException',
        layersMissing(unknownDigest),
      );
    });

    it('are in another repository are missing', async () => {
      const registry = await registryWith([repositoryName, 'team/api']);
      const image = await buildImage();
      await putParts(registry, 'team/api', image);
      expect((await refusalOf(put(registry, { imageManifest: image.manifest, imageTag: 'v1' }))).name).toBe(
        'LayersNotFoundException',
      );
    });

    it.each(['sha512:00', 'bogus:0', `sha256:${'a'.repeat(600)}`, `sha256:${'A'.repeat(64)}`])(
      'can have no such digest as %s are missing',
      async (digest) => {
        const { registry, layer, manifest } = await withLayers();
        await expectRefused(
          registry,
          () => put(registry, { imageManifest: manifest({ layers: [{ ...layer, digest }] }), imageTag: 'v1' }),
          'LayersNotFoundException',
          layersMissing(digest),
        );
      },
    );

    it('include an empty config are missing: an empty blob cannot be uploaded', async () => {
      const { registry, config, manifest } = await withLayers();
      const empty = await digestOf('');
      await expectRefused(
        registry,
        () =>
          put(registry, { imageManifest: manifest({ config: { ...config, digest: empty, size: 0 } }), imageTag: 'v1' }),
        'LayersNotFoundException',
        layersMissing(empty),
      );
    });

    it.each([
      'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
      'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip',
    ])('are foreign (%s) need not be there, but count in the size', async (mediaType) => {
      const { registry, layer, manifest } = await withLayers();
      const foreign = { mediaType, digest: unknownDigest, size: 1000, urls: ['https://example.com/layer'] };
      const { image } = await put(registry, { imageManifest: manifest({ layers: [foreign, layer] }), imageTag: 'v1' });
      expect((await describeOne(registry, image.imageId.imageDigest ?? ''))?.imageSizeInBytes).toBe(1007);
    });

    it('are missing is said before a digest that does not match, and a digest before a missing layer', async () => {
      const registry = await open();
      const image = await buildImage();
      const refusal = refusalOf(put(registry, { imageManifest: image.manifest, imageDigest: unknownDigest }));
      expect((await refusal).name).toBe('ImageDigestDoesNotMatchException');
    });
  });

  describe('of a list', () => {
    async function images(registry: TestRegistry): Promise<[BuiltImage, BuiltImage]> {
      const [one, two] = await Promise.all([imageOf('one'), imageOf('two and more')]);
      for (const image of [one, two]) await putImage(registry, repositoryName, image);
      return [one, two];
    }

    it.each(['docker', 'oci'] as const)('takes a list of untagged images (%s)', async (format) => {
      const registry = await open();
      const list = await buildIndex({ images: await images(registry), format });
      registry.clock.advance(minute);
      expect((await put(registry, { imageManifest: list.manifest, imageTag: 'v1' })).image).toMatchObject({
        imageId: { imageDigest: list.digest, imageTag: 'v1' },
        imageManifest: list.manifest,
        imageManifestMediaType: list.mediaType,
      });
      expect((await imagesIn(registry, repositoryName)).map(([, tags]) => tags)).toEqual([[], [], ['v1']]);
    });

    it('takes a list of lists', async () => {
      const registry = await open();
      const inner = await putImage(registry, repositoryName, await buildIndex({ images: await images(registry) }));
      const outer = await buildIndex({ images: [inner] });
      await put(registry, { imageManifest: outer.manifest, imageTag: 'outer' });
      const [one, two] = [await describeOne(registry, inner.digest), await describeOne(registry, outer.digest)];
      expect(two?.imageSizeInBytes).toBe(one?.imageSizeInBytes);
    });

    it('names the images that are missing, once each', async () => {
      const registry = await open();
      const there = await push(registry, repositoryName, 'v1');
      const [one, two] = await Promise.all([imageOf('one'), imageOf('two')]);
      const list = await buildIndex({ images: [one, there, two, one] });
      await expectRefused(
        registry,
        () => put(registry, { imageManifest: list.manifest, imageTag: 'v1' }),
        'ReferencedImagesNotFoundException',
        `Images with digests '[${one.digest}, ${two.digest}]' required for pushing image into ${inTheRepository} do not exist`,
      );
    });

    it.each(['bogus:0', `sha256:${'a'.repeat(600)}`])('misses an image of the impossible digest %s', async (digest) => {
      const registry = await open();
      const imageManifest = JSON.stringify({
        schemaVersion: 2,
        mediaType: indexType,
        manifests: [{ mediaType: ociType, digest, size: 1 }],
      });
      expect((await refusalOf(put(registry, { imageManifest, imageTag: 'v1' }))).name).toBe(
        'ReferencedImagesNotFoundException',
      );
    });
  });

  describe('under a tag', () => {
    it.each(['a', '.', '-', '_x', 'V1.2_3-4', 'x'.repeat(300)])('takes the tag %j', async (imageTag) => {
      const { registry, manifest } = await withLayers();
      await put(registry, { imageManifest: manifest(), imageTag });
      const { imageTagDetails } = await registry.ecrPublic.describeImageTags({ repositoryName });
      expect(imageTagDetails.map((detail) => detail.imageTag)).toEqual([imageTag]);
    });

    it.each(['a b', 'a/b', 'a:b', 'ä', 'v1\n', 'sha256:00', '*'])('refuses the tag %j', async (imageTag) => {
      const { registry, manifest } = await withLayers();
      await expectInvalid(
        registry,
        () => put(registry, { imageManifest: manifest(), imageTag }),
        'imageTag',
        "must satisfy regular expression '[a-zA-Z0-9-_.]+'",
      );
    });

    it.each([
      ['', 'Member must have length greater than or equal to 1'],
      ['x'.repeat(301), 'Member must have length less than or equal to 300'],
    ])('refuses a tag of a wrong length (%#)', async (imageTag, constraint) => {
      const { registry, manifest } = await withLayers();
      await expectInvalid(
        registry,
        () => put(registry, { imageManifest: manifest(), imageTag }),
        'imageTag',
        constraint,
      );
    });
  });

  it.each(['latest', '', 'sha256:', 'sha256:xyz', ':00'])('refuses %j as a digest', async (imageDigest) => {
    const { registry, manifest } = await withLayers();
    await expectInvalid(
      registry,
      () => put(registry, { imageManifest: manifest(), imageDigest }),
      'imageDigest',
      "must satisfy regular expression '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'",
    );
  });

  it('looks at the form of tag and digest before it looks for the repository', async () => {
    const registry = await open();
    for (const member of [{ imageTag: 'a b' }, { imageDigest: 'latest' }]) {
      const input = { repositoryName: 'team/ghost', imageManifest: '{}', ...member };
      expect((await refusalOf(registry.ecrPublic.putImage(input))).name).toBe('InvalidParameterException');
    }
  });

  it.each([
    ['', 'Member must have length greater than or equal to 1'],
    [' '.repeat(4_194_305), 'Member must have length less than or equal to 4194304'],
  ])('refuses a manifest of a wrong length (%#)', async (imageManifest, constraint) => {
    const registry = await open();
    await expectInvalid(registry, () => put(registry, { imageManifest, imageTag: 'v1' }), 'imageManifest', constraint);
  });

  it('takes a manifest of 4 MiB', async () => {
    const { registry, manifest } = await withLayers();
    const imageManifest = manifest().padEnd(4_194_304, ' ');
    const { image } = await put(registry, { imageManifest, imageTag: 'v1' });
    expect(image.imageId.imageDigest).toBe(await digestOf(imageManifest));
  });

  describe('quotas', () => {
    it('refuse one image too many, but not a tag on one that is there', async () => {
      const registry = await open({ limits: { public: { imagesPerRepository: 2 } } });
      const one = await push(registry, repositoryName, 'v1');
      await push(registry, repositoryName, 'v2');
      const third = await imageOf('third');
      await putParts(registry, repositoryName, third);
      await expectRefused(
        registry,
        () => put(registry, { imageManifest: third.manifest, imageTag: 'v3' }),
        'LimitExceededException',
        `The ${inRepository} already has the maximum allowed number of images which is '2'`,
      );
      await put(registry, { imageManifest: one.manifest, imageTag: 'v3' });
    });

    it('refuse one tag too many on one image', async () => {
      const registry = await open({ limits: { public: { tagsPerImage: 2 } } });
      const { manifest } = await push(registry, repositoryName, 'v1');
      await put(registry, { imageManifest: manifest, imageTag: 'v2' });
      await push(registry, repositoryName, 'other');
      for (const imageTag of ['v3', 'other']) {
        await expectRefused(
          registry,
          () => put(registry, { imageManifest: manifest, imageTag }),
          'LimitExceededException',
          `Adding tag '${imageTag}' to an image in the ${inRepository} exceeds the maximum allowed number of tags per image which is '2'`,
        );
      }
    });

    it('count a tag that has moved away no longer', async () => {
      const registry = await open({ limits: { public: { tagsPerImage: 1 } } });
      const one = await push(registry, repositoryName, 'v1');
      await putImage(registry, repositoryName, await imageOf('newer'), 'v1');
      await put(registry, { imageManifest: one.manifest, imageTag: 'v2' });
      const tags = (await imagesIn(registry, repositoryName)).map(([, names]) => names);
      expect(tags.sort()).toEqual([['v1'], ['v2']]);
    });

    it('are those of the AWS documentation by default', async () => {
      const registry = await open();
      const { manifest } = await push(registry, repositoryName, 't');
      for (let i = 1; i < 1000; i++) await put(registry, { imageManifest: manifest, imageTag: `t${i}` });
      expect((await refusalOf(put(registry, { imageManifest: manifest, imageTag: 'last' }))).message).toBe(
        `Adding tag 'last' to an image in the ${inRepository} exceeds the maximum allowed number of tags per image which is '1000'`,
      );
      const [[, tags] = []] = await imagesIn(registry, repositoryName);
      expect(tags).toHaveLength(1000);
    });
  });

  it('puts the same image into repositories of other names and accounts on its own', async () => {
    const registry = await open();
    const image = await push(registry, repositoryName, 'v1');
    const options = { accountId: otherAccount };
    await registry.ecrPublic.createRepository({ repositoryName }, options);
    await expectRefused(
      registry,
      () => registry.ecrPublic.putImage({ repositoryName, imageManifest: image.manifest, imageTag: 'v1' }, options),
      'LayersNotFoundException',
      `Layers with digests '[${image.blobs.map(({ digest }) => digest).join(', ')}]' required for pushing image into repository with name '${repositoryName}' in the registry with id '${otherAccount}' do not exist`,
    );
  });
});
