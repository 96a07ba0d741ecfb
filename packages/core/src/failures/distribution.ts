import { failure } from './failure.ts';

export const digestInvalid = failure<string>(
  'InvalidParameterException',
  'DIGEST_INVALID',
  (digest) =>
    `The digest '${digest}' is not one that can be verified: write sha256:<64 hex digits> or sha512:<128 hex digits>`,
);

export const nameInvalid = failure<string>(
  'InvalidParameterException',
  'NAME_INVALID',
  (name) => `'${name}' is not the name of a repository`,
);

export const regionInvalid = failure<string>(
  'InvalidParameterException',
  'NAME_INVALID',
  (region) => `The host names the region '${region}', which is not an AWS region such as us-east-1`,
);

export const tagInvalid = failure<string>(
  'InvalidParameterException',
  'TAG_INVALID',
  (tag) => `'${tag}' is not a tag: use 1 to 128 letters, digits, '_', '.' and '-', and do not begin with '.' or '-'`,
);

/** A chunk of a blob is not a Uint8Array. It would have no length, or one in another unit. */
export const chunkInvalid = failure<string>(
  'SerializationException',
  'BLOB_UPLOAD_INVALID',
  (kind) => `The chunks of a blob must be Uint8Arrays; one is of the type ${kind}`,
);
