import {
  type BuiltImage,
  buildArtifact,
  buildImage,
  buildIndex,
  createRegistry,
  type Registry,
} from '@coracle/registry';
import { memoryStorage } from '@coracle/storage-memory';
import { countedStorage } from './counted-storage.ts';

/** A registry with what the rows need, and its `/v2/`. */
export class World {
  readonly engine: Registry;
  readonly image: BuiltImage;
  readonly fresh: BuiltImage;

  constructor(engine: Registry, image: BuiltImage, fresh: BuiltImage) {
    this.engine = engine;
    this.image = image;
    this.fresh = fresh;
  }

  /** Sends a request to `/v2/`; throws if the answer is another than is expected. */
  async send(method: string, path: string, { body, status }: { body?: string | Uint8Array; status: number }) {
    const url = path.startsWith('/') ? `http://localhost${path}` : `http://localhost/v2/team/web/${path}`;
    const init = body === undefined ? { method } : { method, body: body as BodyInit };
    const response = await this.engine.fetch(new Request(url, init));
    if (response.status !== status) {
      throw new Error(`${method} ${url} was answered with ${response.status}: ${await response.text()}`);
    }
    await response.arrayBuffer();
    return response.headers.get('location') ?? '';
  }

  async startUpload(): Promise<string> {
    return this.send('POST', 'blobs/uploads/', { status: 202 });
  }
}

const repositoryName = 'team/web';
const encoder = new TextEncoder();
const resourceArn = 'arn:aws:ecr-public::123456789012:repository/team/web';
const policyText = '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*"}]}';

/** Something whose calls are counted. `prepare` makes what it needs, and is not counted. */
export interface Row {
  readonly title: string;
  readonly prepare?: (world: World) => Promise<unknown>;
  readonly run: (world: World, prepared: never) => Promise<unknown>;
}

const upload = async ({ engine }: World, content?: Uint8Array): Promise<string> => {
  const { uploadId } = await engine.ecrPublic.initiateLayerUpload({ repositoryName });
  if (content) await sendPart(engine, uploadId, content);
  return uploadId;
};

const sendPart = (engine: Registry, uploadId: string, content: Uint8Array, partFirstByte = 0) =>
  engine.ecrPublic.uploadLayerPart({
    repositoryName,
    uploadId,
    partFirstByte,
    partLastByte: partFirstByte + content.length - 1,
    layerPartBlob: content,
  });

/** Puts the blobs of an image without its manifest. */
async function putBlobs({ engine }: World, image: BuiltImage): Promise<void> {
  const at = { host: 'public.ecr.aws', path: `xqj38ptr/${repositoryName}` };
  const here = { host: 'localhost', path: repositoryName };
  for (const { digest, bytes } of image.blobs) {
    for (const place of [at, here]) await engine.distribution.putBlob(place, digest, bytes);
  }
}

const operation = (name: keyof Registry['ecrPublic'], input: (world: World) => object): Row => ({
  title: name.charAt(0).toUpperCase() + name.slice(1),
  run: (world) => (world.engine.ecrPublic[name] as (given: object) => Promise<unknown>)(input(world)),
});

const verb = (title: string, method: string, path: (world: World) => string, status: number): Row => ({
  title,
  run: (world) => world.send(method, path(world), { status }),
});

const content = encoder.encode('content of a layer');
const unknownDigest = `sha256:${'0'.repeat(64)}`;

export const operations: readonly Row[] = [
  {
    title: 'BatchCheckLayerAvailability',
    run: ({ engine, image }) =>
      engine.ecrPublic.batchCheckLayerAvailability({
        repositoryName,
        layerDigests: image.blobs.map((blob) => blob.digest),
      }),
  },
  operation('batchDeleteImage', () => ({ repositoryName, imageIds: [{ imageTag: 'v1' }] })),
  {
    title: 'CompleteLayerUpload',
    prepare: (world) => upload(world, content),
    run: ({ engine }, uploadId) =>
      engine.ecrPublic.completeLayerUpload({ repositoryName, uploadId, layerDigests: ['any:0'] }),
  },
  operation('createRepository', () => ({ repositoryName: 'team/new' })),
  operation('deleteRepository', () => ({ repositoryName, force: true })),
  {
    title: 'DeleteRepositoryPolicy',
    prepare: ({ engine }) => engine.ecrPublic.setRepositoryPolicy({ repositoryName, policyText }),
    run: ({ engine }) => engine.ecrPublic.deleteRepositoryPolicy({ repositoryName }),
  },
  operation('describeImageTags', () => ({ repositoryName })),
  operation('describeImages', () => ({ repositoryName })),
  operation('describeRegistries', () => ({})),
  operation('describeRepositories', () => ({})),
  operation('getAuthorizationToken', () => ({})),
  operation('getRegistryCatalogData', () => ({})),
  operation('getRepositoryCatalogData', () => ({ repositoryName })),
  {
    title: 'GetRepositoryPolicy',
    prepare: ({ engine }) => engine.ecrPublic.setRepositoryPolicy({ repositoryName, policyText }),
    run: ({ engine }) => engine.ecrPublic.getRepositoryPolicy({ repositoryName }),
  },
  operation('initiateLayerUpload', () => ({ repositoryName })),
  operation('listTagsForResource', () => ({ resourceArn })),
  {
    title: 'PutImage',
    prepare: (world) => putBlobs(world, world.fresh),
    run: ({ engine, fresh }) =>
      engine.ecrPublic.putImage({ repositoryName, imageManifest: fresh.manifest, imageTag: 'fresh' }),
  },
  operation('putRegistryCatalogData', () => ({ displayName: 'x' })),
  operation('putRepositoryCatalogData', () => ({ repositoryName, catalogData: { description: 'x' } })),
  operation('setRepositoryPolicy', () => ({ repositoryName, policyText })),
  operation('tagResource', () => ({ resourceArn, tags: [{ Key: 'a', Value: 'b' }] })),
  operation('untagResource', () => ({ resourceArn, tagKeys: ['a'] })),
  {
    title: 'UploadLayerPart',
    prepare: (world) => upload(world, content),
    run: ({ engine }, uploadId) => sendPart(engine, uploadId, content, content.length),
  },
];

const ofEcr = (operation: 'createRepository' | 'deleteRepository' | 'describeRepositories', input: object): Row => ({
  title: `${operation.charAt(0).toUpperCase()}${operation.slice(1)} of Amazon ECR`,
  run: ({ engine }) => (engine.ecr[operation] as (given: object) => Promise<unknown>)(input),
});

/** The operations of Amazon ECR that differ from those of ECR Public. */
export const operationsOfEcr: readonly Row[] = [
  ofEcr('createRepository', { repositoryName: 'team/new' }),
  ofEcr('deleteRepository', { repositoryName, force: true }),
  ofEcr('describeRepositories', {}),
];

export const verbs: readonly Row[] = [
  verb('GET manifest, by tag', 'GET', () => 'manifests/v1', 200),
  verb('GET manifest, by digest', 'GET', ({ image }) => `manifests/${image.digest}`, 200),
  {
    title: 'PUT manifest',
    prepare: (world) => putBlobs(world, world.fresh),
    run: (world) => world.send('PUT', 'manifests/fresh', { body: world.fresh.manifest, status: 201 }),
  },
  {
    title: 'PUT manifest of an image index with one image',
    prepare: async ({ image }) => (await buildIndex({ images: [image] })).manifest,
    run: (world, body) => world.send('PUT', 'manifests/list', { body, status: 201 }),
  },
  {
    title: 'PUT manifest that has a subject',
    prepare: async ({ image, engine }) => {
      const artifact = await buildArtifact({ artifactType: 'text/x-signature', subject: image });
      for (const { digest, bytes } of artifact.blobs) {
        await engine.distribution.putBlob({ host: 'localhost', path: repositoryName }, digest, bytes);
      }
      return artifact.manifest;
    },
    run: (world, body) => world.send('PUT', 'manifests/signature', { body, status: 201 }),
  },
  verb('DELETE manifest, by tag', 'DELETE', () => 'manifests/v1', 202),
  verb('DELETE manifest, by digest', 'DELETE', ({ image }) => `manifests/${image.digest}`, 202),
  verb('GET blob', 'GET', ({ image }) => `blobs/${image.blobs[0]?.digest}`, 200),
  verb('HEAD blob', 'HEAD', ({ image }) => `blobs/${image.blobs[0]?.digest}`, 200),
  verb('HEAD blob that does not exist', 'HEAD', () => `blobs/${unknownDigest}`, 404),
  verb('DELETE blob', 'DELETE', ({ image }) => `blobs/${image.blobs[0]?.digest}`, 202),
  verb('POST upload', 'POST', () => 'blobs/uploads/', 202),
  {
    title: 'POST upload that mounts a blob from another repository',
    prepare: ({ engine }) => engine.ecr.createRepository({ repositoryName: 'team/other' }),
    run: (world) =>
      world.send('POST', `/v2/team/other/blobs/uploads/?mount=${world.image.blobs[0]?.digest}&from=team/web`, {
        status: 201,
      }),
  },
  {
    title: 'POST upload with the whole blob in the body',
    run: (world) =>
      world.send('POST', `blobs/uploads/?digest=${world.fresh.blobs[0]?.digest}`, {
        body: world.fresh.blobs[0]?.bytes ?? '',
        status: 201,
      }),
  },
  {
    title: 'PATCH upload',
    prepare: (world) => world.startUpload(),
    run: (world, location) => world.send('PATCH', location, { body: content, status: 202 }),
  },
  {
    title: 'PUT upload',
    prepare: async (world) => {
      const location = await world.startUpload();
      return world.send('PATCH', location, { body: world.fresh.blobs[0]?.bytes ?? '', status: 202 });
    },
    run: (world, location) => world.send('PUT', `${location}?digest=${world.fresh.blobs[0]?.digest}`, { status: 201 }),
  },
  {
    title: 'PUT upload with the whole content in the body',
    prepare: (world) => world.startUpload(),
    run: (world, location) =>
      world.send('PUT', `${location}?digest=${world.fresh.blobs[0]?.digest}`, {
        body: world.fresh.blobs[0]?.bytes ?? '',
        status: 201,
      }),
  },
  {
    title: 'GET upload',
    prepare: (world) => world.startUpload(),
    run: (world, location) => world.send('GET', location, { status: 204 }),
  },
  {
    title: 'DELETE upload',
    prepare: (world) => world.startUpload(),
    run: (world, location) => world.send('DELETE', location, { status: 204 }),
  },
  verb('GET tags', 'GET', () => 'tags/list', 200),
  verb('GET referrers', 'GET', ({ image }) => `referrers/${image.digest}`, 200),
  verb('GET _catalog', 'GET', () => '/v2/_catalog', 200),
  { title: 'all requests of a `docker push` of an image with 3 layers', run: pushAsDocker },
];

/** Asks for each blob, uploads it in one chunk, and asks for it again; then puts the manifest. */
async function pushAsDocker(world: World): Promise<void> {
  await world.send('GET', '/v2/', { status: 401 });
  const image = await buildImage({
    layers: ['docker one', 'docker two', 'docker three'],
    config: { Env: ['of=docker'] },
  });
  for (const { digest, bytes } of image.blobs) {
    await world.send('HEAD', `blobs/${digest}`, { status: 404 });
    const begun = await world.startUpload();
    const grown = await world.send('PATCH', begun, { body: bytes, status: 202 });
    await world.send('PUT', `${grown}?digest=${digest}`, { status: 201 });
    await world.send('HEAD', `blobs/${digest}`, { status: 200 });
  }
  await world.send('PUT', 'manifests/docker', { body: image.manifest, status: 201 });
}

/** Counts the calls of a row, in a registry of its own with one image in a public and in a private repository. */
export async function countRow(row: Row, guarantees: { readonly remote?: boolean }): Promise<number> {
  const storage = countedStorage(memoryStorage(), guarantees);
  const engine = createRegistry({ storage });
  const image = await buildImage({ layers: ['one'] });
  const seeded = { tags: ['v1'], image };
  await engine.seed({ public: { [repositoryName]: [seeded] }, private: { [repositoryName]: [seeded] } });
  const world = new World(engine, image, await buildImage({ layers: ['fresh'], config: { Env: ['of=fresh'] } }));
  // The secret of tokens is made at its first use.
  await engine.ecrPublic.getAuthorizationToken();
  const prepared = (await row.prepare?.(world)) as never;
  return storage.count(() => row.run(world, prepared));
}
