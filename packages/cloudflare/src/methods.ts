import type { Distribution } from '@coracle/core';

/** The methods of `engine.distribution` that the Worker calls in the object. Their arguments and results are plain data. */
export const remoteMethods = [
  'appendPieces',
  'appendToUpload',
  'cancelUpload',
  'checkBlob',
  'deleteBlob',
  'deleteManifest',
  'ensureRepository',
  'finishUpload',
  'getLogo',
  'getManifest',
  'getReferrers',
  'getRepositories',
  'getTags',
  'getUpload',
  'grantToken',
  'listReferrers',
  'locate',
  'locateBlob',
  'mountBlob',
  'openToken',
  'planPieces',
  'putManifest',
  'startUpload',
] as const satisfies (keyof Distribution)[];
