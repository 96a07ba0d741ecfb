/**
 * Every failure of a registry, in one table: the AWS exception with its members and text, and the
 * code and status of the OCI distribution specification ("Error Codes") for the same failure at `/v2/`.
 *
 * Texts are those that the services answer with, where they are known. Where none is known, the text
 * says what was wrong, where, and what to do.
 */
export * from './failures/distribution.ts';
export { type OciCode, type OciFace, RegistryError, type RepositoryName } from './failures/failure.ts';
export * from './failures/images.ts';
export * from './failures/layers.ts';
export * from './failures/repositories.ts';
export * from './failures/requests.ts';
