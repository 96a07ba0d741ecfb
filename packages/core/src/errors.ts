/**
 * This file exports the functions that create each error of a registry. An error has the name, members and text of the
 * AWS exception, and an error code of the OCI distribution specification ("Error Codes"). Responses of `/v2/` contain
 * this code.
 *
 * If the text that AWS uses for an error is known, the error has this text. Otherwise the text says what is wrong,
 * where the mistake is, and what to do.
 */
export * from './failures/access.ts';
export * from './failures/distribution.ts';
export { type FailureOptions, type OciCode, RegistryError, type RepositoryName } from './failures/failure.ts';
export * from './failures/images.ts';
export * from './failures/layers.ts';
export * from './failures/repositories.ts';
export * from './failures/requests.ts';
