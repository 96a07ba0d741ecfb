import { isDigest, isDigestLike } from '../../digest/digest.ts';
import { invalidManifest, invalidManifestType } from '../../errors.ts';
import { exceededBound } from '../../json-bounds.ts';
import { decodeUtf8 } from '../../utf8.ts';
import { isObject, parseJson } from '../text.ts';

/** The data in a manifest that the registry uses. */
export interface Manifest {
  readonly mediaType: string;
  /** Whether the manifest is an image index (OCI) or a manifest list (Docker). Both name images instead of layers. */
  readonly isList: boolean;
  /**
   * The config and the layers that the repository must have as blobs, without duplicates. Layers that are stored
   * outside the registry are left out. Empty for an image index.
   */
  readonly blobs: readonly Descriptor[];
  /** The number of layers that the manifest names, including layers that are stored outside the registry. */
  readonly layerCount: number;
  /**
   * The total size in bytes of the config and layers, as the manifest declares it. Undefined for an image index, and
   * for a manifest of Docker's schema 1, which declares no sizes.
   */
  readonly declaredSize: number | undefined;
  /**
   * The descriptors in an image index, without duplicates. They name images, or blobs if the index is a cache of
   * BuildKit. Empty for a manifest that is not an index.
   */
  readonly children: readonly Descriptor[];
  readonly artifactMediaType: string | undefined;
  readonly subject: string | undefined;
  readonly annotations: Readonly<Record<string, string>> | undefined;
}

export interface Descriptor {
  readonly mediaType: string | undefined;
  readonly digest: string;
  readonly size: number;
}

export const mediaTypes = {
  dockerSchema1: 'application/vnd.docker.distribution.manifest.v1+json',
  dockerSchema1Signed: 'application/vnd.docker.distribution.manifest.v1+prettyjws',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  ociManifest: 'application/vnd.oci.image.manifest.v1+json',
  ociIndex: 'application/vnd.oci.image.index.v1+json',
} as const;

const known: readonly string[] = Object.values(mediaTypes);
export const isManifestType = (mediaType: string): boolean => known.includes(mediaType.toLowerCase());

const lists: readonly string[] = [mediaTypes.dockerList, mediaTypes.ociIndex];
/**
 * Returns whether a media type is that of an image index (OCI) or a manifest list (Docker), which name images instead
 * of layers.
 */
export const isListType = (mediaType: string): boolean => lists.includes(mediaType);

const schema1: readonly string[] = [mediaTypes.dockerSchema1, mediaTypes.dockerSchema1Signed];

/**
 * Returns whether a layer is stored outside the registry and never pushed: a foreign layer (Docker) or a
 * non-distributable layer (OCI).
 */
const isElsewhere = (descriptor: Descriptor) => /foreign|nondistributable/i.test(descriptor.mediaType ?? '');

const broken = () => invalidManifest('Invalid JSON syntax');

/**
 * The maximum nesting depth of a manifest, and the maximum number of JSON values in it. Both are checked before the
 * manifest is parsed. An image index of 4 MiB has about 150,000 values.
 */
const bounds = { depth: 64, values: 250_000 };
/**
 * The maximum length of a media type in characters: 127 on each side of the slash (RFC 6838, "Naming Requirements").
 */
const longestMediaType = 255;

/**
 * Parses a manifest that a client pushes, and checks that it can be stored.
 * @throws InvalidParameterException if the manifest is invalid, is nested too deeply, or has too many values or too
 * long a media type
 */
export function readPushed(bytes: Uint8Array, mediaType: string | undefined): Manifest {
  const exceeded = exceededBound(bytes, bounds);
  if (exceeded === 'depth')
    throw invalidManifest(`The manifest is nested too deeply: use at most ${bounds.depth} levels of JSON`);
  if (exceeded === 'values')
    throw invalidManifest(`A manifest may have at most ${bounds.values} JSON values, but this manifest has more`);
  const manifest = parseManifest(bytes, mediaType);
  for (const { mediaType: type } of [...manifest.blobs, ...manifest.children]) checkLength('mediaType', type);
  // This is the type of the config if the manifest has no artifactType, so the configs are checked before.
  checkLength('artifactType', manifest.artifactMediaType);
  return manifest;
}

/**
 * Checks that a media type has at most 255 characters. Media types are stored in records, which must stay small.
 * @throws InvalidParameterException if the media type is longer
 */
function checkLength(member: 'artifactType' | 'mediaType', type: string | undefined): void {
  if (type === undefined || type.length <= longestMediaType) return;
  throw invalidManifest(
    `A media type may have at most ${longestMediaType} characters, but ${member} in the manifest has ${type.length}`,
  );
}

/**
 * Parses a manifest of one of the six media types that both AWS services accept. The media type in the result is in
 * lower case, because media types compare without case (RFC 9110, "Media Type").
 * @param mediaType the media type that the caller gives; required if the manifest has schema version 2 and does not
 * contain its media type
 * @throws InvalidParameterException if the manifest is invalid, or if it contains another media type than the caller
 * gives
 */
export function parseManifest(bytes: Uint8Array, mediaType: string | undefined): Manifest {
  const body = parseJson(decodeUtf8(bytes));
  if (!isObject(body)) throw broken();
  const type = decideMediaType(body, mediaType);
  if (!isManifestType(type)) throw broken();
  if (schema1.includes(type) !== (body.schemaVersion === 1)) throw broken();
  if (body.schemaVersion === 1) return readSchema1(body, type);
  if (body.schemaVersion !== 2) throw broken();
  return isListType(type) ? readList(body, type) : readImage(body, type);
}

function decideMediaType(body: Record<string, unknown>, given: string | undefined): string {
  const own = body.mediaType;
  if (own !== undefined && typeof own !== 'string') throw broken();
  checkLength('mediaType', own);
  if (own !== undefined && given !== undefined && own.toLowerCase() !== given.toLowerCase()) {
    throw invalidManifestType(`The given media type must be ${own}, like the mediaType in the manifest`);
  }
  const type = own ?? given;
  if (type !== undefined) return type.toLowerCase();
  if (body.schemaVersion === 1) return body.signatures ? mediaTypes.dockerSchema1Signed : mediaTypes.dockerSchema1;
  throw invalidManifestType('image manifest mediatype not provided in manifest or parameter');
}

function readDescriptor(value: unknown): Descriptor {
  if (!isObject(value)) throw broken();
  const { mediaType, digest, size } = value;
  if (typeof digest !== 'string' || !isDigestLike(digest)) throw broken();
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) throw broken();
  if (mediaType !== undefined && typeof mediaType !== 'string') throw broken();
  return { mediaType, digest, size };
}

function readDescriptors(value: unknown): Descriptor[] {
  if (!Array.isArray(value)) throw broken();
  return value.map(readDescriptor);
}

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);

function readCommon(body: Record<string, unknown>): Pick<Manifest, 'subject' | 'annotations'> {
  const annotations = isObject(body.annotations) ? onlyTexts(body.annotations) : undefined;
  return {
    // Docker's media types do not define a subject, but the subject would be lost silently if it were ignored.
    subject: body.subject === undefined || body.subject === null ? undefined : readSubject(body.subject),
    annotations,
  };
}

/**
 * Returns the annotations whose values are strings. If all values are strings, returns the given object instead of a
 * copy, which could be large.
 */
function onlyTexts(annotations: Record<string, unknown>): Readonly<Record<string, string>> {
  for (const name in annotations) {
    if (typeof annotations[name] === 'string') continue;
    return Object.fromEntries(
      Object.entries(annotations).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  }
  return annotations as Record<string, string>;
}

/**
 * Reads the digest in the `subject` of a manifest. No image with this digest needs to exist.
 * @throws InvalidParameterException if the text is not a sha256 or sha512 digest
 */
function readSubject(value: unknown): string {
  const { digest } = readDescriptor(value);
  if (!isDigest(digest)) throw broken();
  return digest;
}

function readImage(body: Record<string, unknown>, mediaType: string): Manifest {
  const config = readDescriptor(body.config);
  const layers = readDescriptors(body.layers ?? []);
  const all = [config, ...layers];
  return {
    ...readCommon(body),
    mediaType,
    isList: false,
    blobs: distinct(all.filter((descriptor) => !isElsewhere(descriptor))),
    layerCount: layers.length,
    declaredSize: all.reduce((sum, { size }) => sum + size, 0),
    children: [],
    artifactMediaType: text(body.artifactType) ?? config.mediaType,
  };
}

function readList(body: Record<string, unknown>, mediaType: string): Manifest {
  return {
    ...readCommon(body),
    mediaType,
    isList: true,
    blobs: [],
    layerCount: 0,
    declaredSize: undefined,
    children: distinct(readDescriptors(body.manifests ?? [])),
    artifactMediaType: text(body.artifactType),
  };
}

/**
 * Reads a manifest of Docker's schema 1. Such a manifest names layers only by digest, and contains the config itself.
 */
function readSchema1(body: Record<string, unknown>, mediaType: string): Manifest {
  if (!Array.isArray(body.fsLayers)) throw broken();
  const layers = body.fsLayers.map((layer: unknown) =>
    readDescriptor({ digest: isObject(layer) ? layer.blobSum : undefined, size: 0 }),
  );
  return {
    mediaType,
    isList: false,
    blobs: distinct(layers),
    layerCount: layers.length,
    declaredSize: undefined,
    children: [],
    artifactMediaType: undefined,
    subject: undefined,
    annotations: undefined,
  };
}

const distinct = (descriptors: readonly Descriptor[]): Descriptor[] => [
  ...new Map(descriptors.map((descriptor) => [descriptor.digest, descriptor])).values(),
];
