import { RegistryError } from '@coracle/core';

const refusal =
  (name: string) =>
  (text: string): RegistryError =>
    new RegistryError(name, text, 'UNAUTHORIZED');

/** Makes the error for a request whose signature has no complete form: a part is missing, or cannot be read. */
export const incomplete = refusal('IncompleteSignatureException');

/** Makes the error for a signature that is complete, but does not fit the request, the service or the time. */
export const invalid = refusal('InvalidSignatureException');

export const unsigned = (): RegistryError =>
  refusal('MissingAuthenticationTokenException')('Missing Authentication Token');

export const unknownKey = (): RegistryError =>
  refusal('UnrecognizedClientException')('The security token included in the request is invalid.');

export const expiredToken = (): RegistryError =>
  refusal('ExpiredTokenException')('The security token included in the request is expired');

export const wrongSignature = (): RegistryError =>
  invalid(
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  );
