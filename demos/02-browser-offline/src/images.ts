import {
  BatchDeleteImageCommand,
  CompleteLayerUploadCommand,
  type ECRPUBLICClient,
  type ImageDetail,
  InitiateLayerUploadCommand,
  PutImageCommand,
  paginateDescribeImages,
  paginateDescribeRepositories,
  type Repository,
  UploadLayerPartCommand,
} from '@aws-sdk/client-ecr-public';
import { buildImage } from '@coracle/registry';

export type Listed = Repository & { readonly images: readonly ImageDetail[] };

/** Returns all repositories with their images. */
export async function list(client: ECRPUBLICClient): Promise<Listed[]> {
  const found: Listed[] = [];
  for await (const { repositories = [] } of paginateDescribeRepositories({ client }, {})) {
    for (const repository of repositories) {
      const images: ImageDetail[] = [];
      const { repositoryName } = repository;
      for await (const page of paginateDescribeImages({ client }, { repositoryName })) {
        images.push(...(page.imageDetails ?? []));
      }
      found.push({ ...repository, images });
    }
  }
  return found;
}

/** Makes an image, and pushes it as `docker push` does: each blob, then the manifest. Returns its digest. */
export async function push(client: ECRPUBLICClient, repositoryName: string, imageTag: string): Promise<string> {
  const image = await buildImage({ layers: [{ 'etc/motd': `${imageTag}, made ${new Date().toISOString()}\n` }] });
  for (const { bytes, digest } of image.blobs) {
    const { uploadId } = await client.send(new InitiateLayerUploadCommand({ repositoryName }));
    const upload = { repositoryName, uploadId };
    const part = { partFirstByte: 0, partLastByte: bytes.length - 1, layerPartBlob: bytes };
    await client.send(new UploadLayerPartCommand({ ...upload, ...part }));
    await client.send(new CompleteLayerUploadCommand({ ...upload, layerDigests: [digest] }));
  }
  await client.send(new PutImageCommand({ repositoryName, imageTag, imageManifest: image.manifest }));
  return image.digest;
}

/** Deletes an image with all of its tags. */
export async function remove(client: ECRPUBLICClient, repositoryName: string, imageDigest: string): Promise<void> {
  const imageIds = [{ imageDigest }];
  const { failures = [] } = await client.send(new BatchDeleteImageCommand({ repositoryName, imageIds }));
  if (failures[0]) throw new Error(failures[0].failureReason);
}

/**
 * Pulls an image as `docker pull` does. The API of Amazon ECR Public has no call for this, so the page fetches the image
 * from the address of its repository. Returns the number of bytes.
 * @throws Error if the registry refuses a request, or if content does not match its digest
 */
export async function pull(repositoryUri: string, imageDigest: string): Promise<number> {
  const [host, ...path] = repositoryUri.split('/');
  const base = `https://${host}/v2/${path.join('/')}`;
  const manifest = await download(`${base}/manifests/${imageDigest}`, imageDigest);
  const { config, layers } = JSON.parse(new TextDecoder().decode(manifest)) as Manifest;
  let size = manifest.byteLength;
  for (const { digest } of [config, ...layers]) size += (await download(`${base}/blobs/${digest}`, digest)).byteLength;
  return size;
}

interface Manifest {
  readonly config: { readonly digest: string };
  readonly layers: readonly { readonly digest: string }[];
}

async function download(url: string, digest: string): Promise<ArrayBuffer> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`GET ${url}: ${response.status} ${await response.text()}`);
  const bytes = await response.arrayBuffer();
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const found = `sha256:${Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
  if (found !== digest) throw new Error(`${url} has the digest ${found}`);
  return bytes;
}
