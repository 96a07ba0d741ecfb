import { memoryStorage } from '@coracle/storage-memory';
import { describe, expect, it } from 'vitest';
import { emptyRegistry, uploadParts } from '../../../test-support/registry.ts';
import { storageWith, watchedStorage } from '../../../test-support/storage.ts';
import { digestOf } from '../../digest/digest.ts';
import { defaultHasher } from '../../digest/hasher.ts';
import type { Algorithm, Hasher } from '../../digest/running-hash.ts';
import { type Subtle, SubtleHash, subtleCrypto } from '../../digest/subtle-hash.ts';
import { pieceBytes } from './pieces.ts';

const repositoryName = 'team/web';

/** The hasher of a page, in Node. */
const hasher: Hasher = (algorithm) => new SubtleHash(algorithm, subtleCrypto() as Subtle);

/** A registry in a page, and how often it has read from its byte store. */
async function registryInPage({ readsFail = false } = {}) {
  const inner = memoryStorage();
  const reads: string[] = [];
  const reading = storageWith(inner, {
    bytes: {
      get: async (id, options) => {
        reads.push(id);
        if (readsFail && reads.length === 1) throw new Error('not now');
        return inner.bytes.get(id, options);
      },
    },
  });
  const registry = emptyRegistry({ storage: watchedStorage(reading), hasher, limits: { minPartBytes: 1 } });
  await registry.ecrPublic.createRepository({ repositoryName });
  /** Uploads parts, and completes the upload with the digest that it must have. */
  const upload = async (sizes: readonly number[], algorithm: Algorithm = 'sha256') => {
    const parts = sizes.map((size, i) => new Uint8Array(size).fill(i + 1));
    const uploadId = await uploadParts(registry, repositoryName, parts);
    const digest = await digestOf(defaultHasher, Buffer.concat(parts), algorithm);
    return registry.ecrPublic.completeLayerUpload({ repositoryName, uploadId, layerDigests: [digest] });
  };
  return { upload, reads };
}

describe('an upload in a page', () => {
  it.each([[[100_000]], [[pieceBytes]], [[pieceBytes, 5]], [[pieceBytes, pieceBytes, 5]]])(
    'of parts of %j bytes is completed without reading what is stored',
    async (sizes) => {
      const { upload, reads } = await registryInPage();
      await upload(sizes);
      expect(reads).toEqual([]);
    },
  );

  it('of several parts reads its first part once, when the second part comes', async () => {
    const { upload, reads } = await registryInPage();
    await upload([5_000_000, 5_000_000, 7]);
    expect(reads).toHaveLength(1);
  });

  it('has its digest although the first part could not be read when the second part came', async () => {
    const { upload, reads } = await registryInPage({ readsFail: true });
    await upload([50_000, 3, 7]);
    expect(reads).toHaveLength(4);
  });

  it.each([[[1]], [[100_000]], [[100_000, 5]]])('of parts of %j bytes can have a sha512 digest', async (sizes) => {
    const { upload } = await registryInPage();
    await expect(upload(sizes, 'sha512')).resolves.toHaveProperty('layerDigest');
  });
});
