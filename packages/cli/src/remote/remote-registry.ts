import { randomUUID } from 'node:crypto';
import type { Place } from '@coracle/registry/core';
import type { BlobContent, ImageDestination, ImageOrigin } from '@coracle/registry/image-tar';
import { blobUnknown, checkBlob, readBlob } from './blobs.ts';
import { chunksOf } from './chunk-source.ts';
import type { Client } from './client.ts';
import type { OnEvent } from './events.ts';
import { getManifest, putManifest } from './manifests.ts';
import { Upload } from './upload.ts';
import type { UploadTarget } from './upload-start.ts';
import type { UploadStates } from './upload-states.ts';

export interface RemoteOptions {
  readonly client: Client;
  readonly repository: string;
  readonly onEvent: OnEvent;
}

export interface RemoteDestinationOptions extends RemoteOptions {
  /** The maximum size in bytes of the body of one request. */
  readonly chunkSize: number;
  readonly mountFrom: readonly string[];
  readonly states: UploadStates;
}

/** A repository, with the function that `importImage()` and `exportImage()` call to ask for a blob. */
function openRepository({ client, repository, onEvent }: RemoteOptions, rights: string) {
  const at = { client, repository, onEvent, scopes: [`repository:${repository}:${rights}`] };
  /** The sizes that the registry has stated. */
  const sizes = new Map<string, number>();
  const check = async (digest: string) => {
    const found = await checkBlob(at, digest);
    if (found === undefined) return undefined;
    sizes.set(digest, found.size);
    onEvent({ kind: 'exists', digest, size: found.size });
    return found;
  };
  const demand = async (_: Place, digest: string) => {
    const found = await check(digest);
    if (found === undefined) throw blobUnknown(repository, digest);
    return found;
  };
  return { at, sizes, check, demand };
}

/**
 * Returns one repository of a registry on the network as a registry for `exportImage()`. The `Place` in each call is
 * ignored, because the repository is chosen here.
 */
export function remoteOrigin(options: RemoteOptions): { readonly distribution: ImageOrigin } {
  const { at, sizes, demand } = openRepository(options, 'pull');
  return {
    distribution: {
      checkBlob: demand,
      getBlob: async (_, digest) => ({ read: () => readBlob(at, digest, sizes.get(digest)) }),
      getManifest: async (_, reference) => getManifest(at, reference),
    },
  };
}

/** Returns one repository of a registry on the network as a registry for `importImage()`. */
export function remoteDestination(options: RemoteDestinationOptions): { readonly distribution: ImageDestination } {
  const { onEvent, states } = options;
  const { at, check, demand } = openRepository(options, 'pull,push');
  const hasBlob = async (digest: string) => (await checkBlob(at, digest)) !== undefined;
  const target: UploadTarget = { ...options, scopes: at.scopes, hasBlob };
  const uploads = new Map<string, Upload>();
  const inProgress = new Map<string, Promise<{ digest: string; size: number }>>();

  const putBlob = async (digest: string, content: BlobContent) => {
    // importImage() asks for a blob of a file itself. A stream can be read only once, and is not asked about.
    const found = content.readFrom ? undefined : await check(digest);
    if (found) return found;
    const source = chunksOf(content);
    try {
      const upload = new Upload(target, source, digest);
      await upload.resume();
      await upload.finish(digest);
      await states.forget(digest);
      await states.remember(digest);
      const size = source.size ?? (await checkBlob(at, digest))?.size ?? upload.bytes;
      if (!upload.isMounted) onEvent({ kind: 'done', digest, size });
      return { digest, size };
    } finally {
      await source.close();
    }
  };

  return {
    distribution: {
      checkBlob: demand,
      putBlob: async (_, digest, content) => {
        // An archive may have a layer twice. It is uploaded once.
        const uploading = inProgress.get(digest) ?? putBlob(digest, content);
        inProgress.set(digest, uploading);
        return uploading;
      },
      startUpload: async () => ({ uploadId: randomUUID() }),
      appendToUpload: async (_, { uploadId }, content) => {
        const source = chunksOf(content);
        const upload = new Upload(target, source);
        uploads.set(uploadId, upload);
        await upload.send();
        return { size: upload.bytes };
      },
      finishUpload: async (_, { uploadId }, digest) => {
        const upload = uploads.get(uploadId);
        if (!upload) throw new Error(`The upload ${uploadId} is not under way`);
        await upload.finish(digest);
        uploads.delete(uploadId);
        onEvent({ kind: 'done', digest, size: upload.bytes });
        return { digest, size: upload.bytes };
      },
      cancelUpload: async (_, uploadId) => uploads.get(uploadId)?.cancel(),
      putManifest: async (_, digest, { tags = [], ...manifest }) => {
        // A registry gives a manifest under a tag its sha256 digest, so that one request is enough then.
        const references = tags.length > 0 && digest.startsWith('sha256:') ? tags : [digest, ...tags];
        for (const reference of references) await putManifest(at, reference, manifest);
        return { digest };
      },
      // A registry on the network decides itself whether a push creates the repository.
      ensureRepository: async () => undefined,
    },
  };
}
