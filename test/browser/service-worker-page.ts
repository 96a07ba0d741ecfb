import {
  CompleteLayerUploadCommand,
  CreateRepositoryCommand,
  DescribeImagesCommand,
  DescribeRegistriesCommand,
  DescribeRepositoriesCommand,
  ECRPUBLICClient,
  InitiateLayerUploadCommand,
  PutImageCommand,
  RepositoryNotFoundException,
  UploadLayerPartCommand,
} from '@aws-sdk/client-ecr-public';
import { buildImage } from '@coracle/registry';
import { digestOf } from './push-and-pull.ts';
import { ask, beginUpload, continueUpload, sendRest, sendSome } from './service-worker-upload.ts';

// The pages whose requests a service worker answers have this module.

const repositoryName = 'web';

const clientOf = (endpoint?: string): ECRPUBLICClient =>
  new ECRPUBLICClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    ...(endpoint === undefined ? {} : { endpoint }),
  });

/** Pushes an image with the AWS SDK, and returns its digest. Each name makes another image. */
async function push(client: ECRPUBLICClient, name: string): Promise<string> {
  await client.send(new DescribeRepositoriesCommand({ repositoryNames: [repositoryName] })).catch((error) => {
    if (!(error instanceof RepositoryNotFoundException)) throw error;
    return client.send(new CreateRepositoryCommand({ repositoryName }));
  });
  const image = await buildImage({ layers: [name] });
  for (const { bytes, digest } of image.blobs) {
    const { uploadId } = await client.send(new InitiateLayerUploadCommand({ repositoryName }));
    const upload = { repositoryName, uploadId };
    const part = { partFirstByte: 0, partLastByte: bytes.length - 1, layerPartBlob: bytes };
    await client.send(new UploadLayerPartCommand({ ...upload, ...part }));
    await client.send(new CompleteLayerUploadCommand({ ...upload, layerDigests: [digest] }));
  }
  await client.send(new PutImageCommand({ repositoryName, imageManifest: image.manifest, imageTag: name }));
  return image.digest;
}

/** Returns the tags of the images with their digests, as the AWS SDK lists them. */
async function list(client: ECRPUBLICClient): Promise<Record<string, string>> {
  const { imageDetails = [] } = await client.send(new DescribeImagesCommand({ repositoryName }));
  const found = imageDetails.flatMap(({ imageDigest = '', imageTags = [] }) =>
    imageTags.map((tag) => [tag, imageDigest]),
  );
  return Object.fromEntries(found.sort());
}

/** Pulls an image through /v2/. Returns the digest of the manifest, after it has checked the digests of all blobs. */
async function pull(repository: string, tag: string): Promise<string> {
  const answer = await ask('GET', `${repository}/manifests/${tag}`);
  const bytes = await answer.arrayBuffer();
  const { config, layers } = JSON.parse(new TextDecoder().decode(bytes)) as Manifest;
  for (const { digest } of [config, ...layers]) {
    const found = await digestOf(await (await ask('GET', `${repository}/blobs/${digest}`)).arrayBuffer());
    if (found !== digest) throw new Error(`${digest} was pulled as ${found}`);
  }
  return digestOf(bytes);
}

interface Manifest {
  readonly config: { readonly digest: string };
  readonly layers: readonly { readonly digest: string }[];
}

/** Returns the address of the repository `web` in /v2/ at a host. */
async function repositoryAt(host: string): Promise<string> {
  const { registries = [] } = await clientOf(`https://${host}`).send(new DescribeRegistriesCommand({}));
  return `https://${host}/v2/${registries[0]?.aliases?.[0]?.name}/${repositoryName}`;
}

const inPage = { beginUpload, clientOf, continueUpload, list, pull, push, repositoryAt, sendRest, sendSome };

/** The members that the tests use in the pages. */
export type InPage = typeof inPage;

/** Is called when a service worker answers the requests of the page. The page itself defines it. */
declare const begin: (members: InPage) => void;
begin(inPage);
