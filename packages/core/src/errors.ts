/**
 * Every failure of a registry, in one table: the AWS exception with its members and text, and the code of the OCI
 * distribution specification ("Error Codes") for the same failure at `/v2/`.
 *
 * A text is the services' own if that is known. Otherwise it says what is wrong, where, and what to do.
 */
export * from './failures/distribution.ts';
export { type FailureOptions, type OciCode, RegistryError, type RepositoryName } from './failures/failure.ts';
export * from './failures/images.ts';
export * from './failures/layers.ts';
export * from './failures/repositories.ts';
export * from './failures/requests.ts';
