import { digestPattern, isDigestLike } from '../../digest/digest.ts';
import type { Caller } from '../../domain/caller.ts';
import type { Context } from '../../domain/context.ts';
import { appendPart } from '../../domain/layers/append-part.ts';
import { completeUpload } from '../../domain/layers/complete-upload.ts';
import { findLayers } from '../../domain/layers/layers.ts';
import type { Part } from '../../domain/layers/live-uploads.ts';
import { openUpload } from '../../domain/layers/upload-progress.ts';
import type { Repository } from '../../domain/repositories/repository.ts';
import {
  emptyUpload,
  invalidLayer,
  layerAlreadyExists,
  layerPartSizeMismatch,
  layerPartTooSmall,
  tooManyParts,
} from '../../errors.ts';

/**
 * This file has the rules for layers that the APIs of Amazon ECR and Amazon ECR Public have in common. These rules do
 * not apply to requests of the OCI distribution protocol.
 */

interface PartInput {
  readonly uploadId: string;
  readonly partFirstByte: number;
  readonly partLastByte: number;
  readonly layerPartBlob: Uint8Array;
}

/**
 * Stores a part of a layer by the rules of UploadLayerPart. `partFirstByte` and `partLastByte` are the positions of the
 * part's first and last byte in the layer, counted from 0. If `handsOver` is true, the bytes of the part are not
 * copied.
 * @returns the position of the last stored byte
 */
export async function uploadPart(
  context: Context,
  repository: Repository,
  input: PartInput,
  { handsOver: handedOver = false }: Pick<Caller, 'handsOver'>,
): Promise<number> {
  const { uploadId, partFirstByte: first, partLastByte: last, layerPartBlob: bytes } = input;
  const upload = await openUpload(context, repository, { uploadId }, ({ size }) => size === first);
  if (bytes.length === 0 || last - first + 1 !== bytes.length) {
    throw layerPartSizeMismatch({
      ...repository,
      registryId: repository.registry.accountId,
      uploadId,
      lastValidByteReceived: Math.max(0, upload.progress.size - 1),
    });
  }
  const { progress } = await appendPart(
    context,
    repository,
    { uploadId, upload, first, bytes },
    {
      maxParts: context.limits[repository.registry.kind].partsPerLayer,
      tooMany: (limit) => tooManyParts({ ...repository, uploadId, limit }),
      handedOver,
    },
  );
  return progress.size - 1;
}

interface CompletionInput {
  readonly uploadId: string;
  readonly layerDigests: readonly string[];
}

/**
 * Completes an upload by the rules of CompleteLayerUpload. If `layerDigests` contains sha256 digests, one of them must
 * be the digest of the uploaded content. Digests of other algorithms are ignored.
 * @returns the sha256 digest of the layer
 */
export async function completeLayer(
  context: Context,
  repository: Repository,
  { uploadId, layerDigests }: CompletionInput,
): Promise<string> {
  const wanted = layerDigests.filter((digest) => digest.startsWith('sha256:'));
  const { digest, outcome } = await completeUpload(
    context,
    repository,
    { uploadId },
    {
      algorithm: 'sha256',
      checkParts: (parts) => checkParts(context, repository, uploadId, parts),
      checkDigest: (computed) => {
        if (wanted.length > 0 && !wanted.includes(computed)) throw invalidLayer();
      },
    },
  );
  if (outcome === 'existed') throw layerAlreadyExists({ ...repository, digest });
  return digest;
}

function checkParts(context: Context, repository: Repository, uploadId: string, parts: readonly Part[]): void {
  if (parts.length === 0) throw emptyUpload({ ...repository, uploadId });
  const small = parts.slice(0, -1).some(({ first, last }) => last - first + 1 < context.limits.minPartBytes);
  if (small) throw layerPartTooSmall();
}

interface LayerAnswer {
  layerDigest: string;
  layerAvailability: 'AVAILABLE' | 'UNAVAILABLE';
  layerSize?: number;
  mediaType?: string;
}

interface LayerFailureAnswer {
  layerDigest: string;
  failureCode: 'InvalidLayerDigest' | 'MissingLayerDigest';
  failureReason: string;
}

/**
 * Returns for each digest whether the repository has a layer with this digest, for BatchCheckLayerAvailability.
 * Repeated digests are returned once. `failures` lists only texts that are not digests.
 */
export async function checkLayers(
  context: Context,
  repository: Repository,
  layerDigests: readonly string[],
): Promise<{ layers: LayerAnswer[]; failures: LayerFailureAnswer[] }> {
  const distinct = [...new Set(layerDigests)];
  const digests = distinct.filter(isDigestLike);
  const found = await findLayers(context, repository, digests);
  return {
    layers: digests.map((layerDigest, i) => {
      const layer = found[i];
      if (!layer) return { layerDigest, layerAvailability: 'UNAVAILABLE' };
      const { size, mediaType } = layer;
      const answer: LayerAnswer = { layerDigest, layerAvailability: 'AVAILABLE', layerSize: size };
      return mediaType === undefined ? answer : { ...answer, mediaType };
    }),
    failures: distinct.filter((digest) => !isDigestLike(digest)).map(layerFailure),
  };
}

const layerFailure = (layerDigest: string): LayerFailureAnswer =>
  layerDigest === ''
    ? {
        layerDigest,
        failureCode: 'MissingLayerDigest',
        failureReason: 'Invalid request parameters: layer digest cannot be null',
      }
    : {
        layerDigest,
        failureCode: 'InvalidLayerDigest',
        failureReason: `Invalid request parameters: layer digest should satisfy the regex '${digestPattern}'`,
      };
