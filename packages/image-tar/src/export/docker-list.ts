import { blobPath } from '../digest.ts';

/** The media types of the config of an image that docker can run. Other artifacts have other configs. */
const configTypes: readonly unknown[] = [
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
];

interface ImageManifest {
  readonly config?: { readonly mediaType?: string; readonly digest: string };
  readonly layers?: readonly { readonly digest: string }[];
}

/**
 * Returns the content of manifest.json for an image, so that `docker load` of all versions reads the archive (Docker Image
 * Specification v1.2, "Combined Image JSON + Filesystem Changeset Format"). Returns undefined if the manifest is not the
 * manifest of an image, because the list cannot name an image index or an artifact.
 * @param name the name of the image with its tag, such as `registry.example/team/web:v1`, or undefined
 */
export function dockerList(manifest: Uint8Array, name: string | undefined): readonly object[] | undefined {
  const { config, layers } = JSON.parse(new TextDecoder().decode(manifest)) as ImageManifest;
  if (!config || !layers || !configTypes.includes(config.mediaType)) return undefined;
  const Layers = layers.map(({ digest }) => blobPath(digest));
  return [{ Config: blobPath(config.digest), RepoTags: name === undefined ? null : [name], Layers }];
}
