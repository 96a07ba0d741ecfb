import { algorithmOf, defaultHasher, digestOf, isDigest, isManifestType, readManifest } from '@coracle/registry/core';
import type { RepositoryAt } from './blobs.ts';
import { refused } from './client.ts';
import { type Answer, bytesOf } from './exchange.ts';
import { RemoteError, shown } from './failure.ts';
import { checkStored } from './stored-digest.ts';

/** The media types of manifests that this command reads. */
const accepted = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

const maxManifestBytes = 4 * 1024 * 1024;

export interface RemoteManifest {
  readonly digest: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

const urlOf = ({ client, repository }: RepositoryAt, reference: string): URL =>
  client.at(`/v2/${repository}/manifests/${reference}`);

/**
 * Reads a manifest.
 * @param reference a tag or a digest
 * @throws RemoteError if the repository does not have the manifest, or if it is invalid or does not have its digest
 */
export async function getManifest(at: RepositoryAt, reference: string): Promise<RemoteManifest> {
  const headers = { accept: accepted };
  const answer = await at.client.call({ method: 'GET', url: urlOf(at, reference), scopes: at.scopes, headers });
  if (answer.status !== 200)
    throw await refused(
      answer,
      `give the manifest '${reference}' of '${at.repository}'`,
      '. Check the name of the image',
    );
  const bytes = await bytesOf(answer, maxManifestBytes);
  const stated = answer.header('docker-content-digest');
  const wanted = isDigest(reference) ? reference : stated !== undefined && isDigest(stated) ? stated : undefined;
  const digest = await digestOf(defaultHasher, bytes, wanted && algorithmOf(wanted));
  if (wanted === undefined || digest === wanted) return { digest, mediaType: mediaTypeOf(answer, bytes), bytes };
  throw new RemoteError(
    'refused',
    `The registry ${answer.url.host} gave a manifest with the digest ${digest} for '${reference}', which should be ${wanted}. Do not use the image, and ask the operator of the registry`,
  );
}

/**
 * Returns the media type of a manifest. A file server in front of a registry may state a media type that says nothing.
 * The manifest then states its own.
 * @throws RemoteError if the manifest is invalid, or names content by a digest that cannot be checked
 */
function mediaTypeOf(answer: Answer, bytes: Uint8Array): string {
  const stated = answer.header('content-type')?.split(';')[0]?.trim() ?? '';
  const invalid = (why: string) =>
    new RemoteError(
      'refused',
      `The registry ${answer.url.host} gave a manifest that is not valid: ${shown(why)}. Check the name of the image, or ask the operator of the registry`,
    );
  let manifest: ReturnType<typeof readManifest>;
  try {
    manifest = readManifest(bytes, isManifestType(stated) ? stated : undefined);
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : String(error));
  }
  const unknown = [...manifest.children, ...manifest.blobs].find((it) => !isDigest(it.digest));
  if (unknown) throw invalid(`the digest ${unknown.digest} is neither sha256 nor sha512`);
  return manifest.mediaType;
}

/**
 * Puts a manifest into the repository, under a tag or under its digest.
 * @throws RemoteError if the registry refuses the manifest
 */
export async function putManifest(
  at: RepositoryAt,
  reference: string,
  { bytes, mediaType }: { readonly bytes: Uint8Array; readonly mediaType: string },
): Promise<{ digest: string }> {
  const read = async function* () {
    yield bytes;
  };
  const headers = { 'content-type': mediaType };
  const body = { size: bytes.length, read };
  const answer = await at.client.call({ method: 'PUT', url: urlOf(at, reference), scopes: at.scopes, headers, body });
  if (answer.status < 200 || answer.status > 299) {
    throw await refused(answer, `take the manifest '${reference}' of '${at.repository}'`);
  }
  answer.discard();
  const digest = await digestOf(defaultHasher, bytes, isDigest(reference) ? algorithmOf(reference) : undefined);
  checkStored(answer, digest, 'the manifest');
  return { digest };
}
