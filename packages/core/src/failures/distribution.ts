import { failure } from './failure.ts';

export const digestInvalid = failure<string>(
  'InvalidParameterException',
  'DIGEST_INVALID',
  (digest) =>
    `The digest '${digest}' is invalid: write sha256:<64 lower-case hex digits> or sha512:<128 lower-case hex digits>`,
);

export const nameInvalid = failure<string>(
  'InvalidParameterException',
  'NAME_INVALID',
  (name) =>
    `The repository name '${name}' is invalid: use at most 256 characters: lower-case letters and digits, separated by '/', '.', '_', '__' or '-'`,
);

export const regionInvalid = failure<string>(
  'InvalidParameterException',
  'NAME_INVALID',
  (region) => `The host contains the region '${region}', which is invalid: use an AWS region such as us-east-1`,
);

export const tagInvalid = failure<string>(
  'InvalidParameterException',
  'TAG_INVALID',
  (tag) =>
    `The tag '${tag}' is invalid: use 1 to 128 letters, digits, '_', '.' or '-', and do not start with '.' or '-'`,
);

/**
 * Makes the error for a chunk of a blob's content that is not a Uint8Array. Values of other types have no length, or
 * their length is not a number of bytes.
 */
export const chunkInvalid = failure<string>(
  'SerializationException',
  'BLOB_UPLOAD_INVALID',
  (kind) =>
    `The chunks of a blob must be Uint8Arrays, but one is of the type ${kind}: convert each chunk to a Uint8Array`,
);
