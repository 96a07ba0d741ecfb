import { RegistryError } from '@coracle/core';
import { describe, expect, it } from 'vitest';
import * as errors from '../../core/src/errors.ts';
import { retryAfter, statusOf, withStatus } from './statuses.ts';

const { RegistryError: _, ...failures } = errors;

describe('the status of a failure at /v2/', () => {
  it('is known of every failure of the engine', () => {
    const facts = { digests: [] } as never;
    const found = Object.entries(failures).map(([name, make]) => [name, statusOf(make(facts, facts))]);
    expect(Object.fromEntries(found)).toEqual({
      accessDenied: 403,
      blobUnknown: 404,
      busy: 503,
      chunkInvalid: 400,
      contention: 503,
      digestInvalid: 400,
      emptyUpload: 400,
      imageAlreadyExists: 409,
      imageDigestDoesNotMatch: 400,
      imageNotFound: 404,
      imageReferenced: 405,
      imageTagAlreadyExists: 400,
      invalidLayer: 400,
      invalidManifest: 400,
      invalidManifestType: 400,
      invalidParameter: 400,
      invalidTagParameter: 400,
      layerAlreadyExists: 409,
      layerPartOutOfOrder: 416,
      layerPartSizeMismatch: 400,
      layerPartTooSmall: 400,
      layersNotFound: 400,
      loginNeeded: 401,
      nameInvalid: 400,
      partsUnseen: 404,
      pieceUnseen: 404,
      referencedImagesNotFound: 400,
      regionInvalid: 400,
      registryNotFound: 404,
      repositoryAlreadyExists: 409,
      repositoryNotEmpty: 409,
      repositoryNotFound: 404,
      // No route of /v2/ meets it.
      repositoryPolicyNotFound: 400,
      reservationExpired: 503,
      scopeTooSmall: 401,
      serialization: 400,
      serverFailure: 500,
      storageFull: 507,
      tagInvalid: 400,
      tokenOfOtherRegion: 401,
      tokenOfOtherService: 401,
      tooManyChunks: 413,
      tooManyImages: 403,
      tooManyOpenUploads: 429,
      tooManyParts: 403,
      tooManyRepositories: 403,
      tooManyTags: 400,
      tooManyTagsOnImage: 403,
      unknownOperation: 400,
      unsupportedCommand: 400,
      uploadNotFound: 404,
    });
  });

  it.each([
    ['of the code UNKNOWN, by whose fault it is', new RegistryError('E', 'no', 'UNKNOWN'), 400],
    ['of the code UNKNOWN, by whose fault it is', new RegistryError('E', 'no', 'UNKNOWN', { fault: 'server' }), 500],
    ['of any name', new RegistryError('constructor', 'no', 'MANIFEST_UNKNOWN'), 404],
    ['that HTTP alone knows', withStatus(421, new RegistryError('E', 'no', 'DENIED')), 421],
  ])('is that of a failure %s', (_, error, status) => {
    expect(statusOf(error)).toBe(status);
  });
});

describe('Retry-After', () => {
  it.each([429, 503])('is said with %d', (status) => {
    expect(retryAfter(status)).toEqual({ 'retry-after': '1' });
  });

  it.each([400, 404, 500, 507])('is not said with %d', (status) => {
    expect(retryAfter(status)).toEqual({});
  });
});
