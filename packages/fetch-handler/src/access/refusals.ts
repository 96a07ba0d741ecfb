import { RegistryError } from '@coracle/core';

const unauthorized = (text: string): RegistryError => new RegistryError('AccessDeniedException', text, 'UNAUTHORIZED');

export const loginNeeded = (): RegistryError =>
  unauthorized('Authentication is required: log in to the registry, for example with docker login');

export const wrongLogin = (): RegistryError => unauthorized('The user name or the password is wrong');

export const invalidToken = (): RegistryError => unauthorized('The authorization token is invalid: log in again');

/** Makes the error for an expired token, with the text of Amazon ECR. */
export const expiredToken = (): RegistryError =>
  unauthorized('Your authorization token has expired. Reauthenticate and try again.');
