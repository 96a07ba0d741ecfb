import { isDigest, isDigestLike } from '../../digest/digest.ts';
import { invalidManifest, invalidManifestType } from '../../errors.ts';
import { exceededBound } from '../../json-bounds.ts';
import { decodeUtf8 } from '../../utf8.ts';
import { isObject, parseJson } from '../text.ts';

/** The content of a manifest that a registry acts upon. */
export interface Manifest {
  readonly mediaType: string;
  /** A list (Docker) or an index (OCI): it names images instead of layers. */
  readonly isList: boolean;
  /** Config and layers that must be in the repository, once each. */
  readonly blobs: readonly Descriptor[];
  /** The number of layers in the manifest, even if their blobs are stored elsewhere. */
  readonly layerCount: number;
  /** The size of config and layers as declared, in bytes; undefined if the manifest declares no sizes (schema 1). */
  readonly declaredSize: number | undefined;
  /** The content that an image index names, without duplicates: images, or blobs in the caches of BuildKit. */
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
/** Says whether manifests of this media type name images instead of layers. */
export const isListType = (mediaType: string): boolean => lists.includes(mediaType);

const schema1: readonly string[] = [mediaTypes.dockerSchema1, mediaTypes.dockerSchema1Signed];

/** Says whether clients do not push a layer: foreign layers of Docker, non-distributable layers of OCI. */
const isElsewhere = (descriptor: Descriptor) => /foreign|nondistributable/i.test(descriptor.mediaType ?? '');

const broken = () => invalidManifest('Invalid JSON syntax');

/** The limits of a manifest, checked before it is parsed. An index of 4 MiB has some 150,000 values. */
const bounds = { depth: 64, values: 250_000 };
/**
 * The maximum number of characters of a media type (RFC 6838, "Naming Requirements": 127 on each side of the slash).
 */
const longestMediaType = 255;

/**
 * Reads a manifest that is being pushed, and checks that it can be stored.
 * @throws InvalidParameterException if it cannot be stored
 */
export function readPushed(bytes: Uint8Array, mediaType: string | undefined): Manifest {
  const exceeded = exceededBound(bytes, bounds);
  if (exceeded === 'depth')
    throw invalidManifest(`The manifest may nest objects and lists at most ${bounds.depth} levels deep`);
  if (exceeded === 'values') throw invalidManifest(`The manifest may have at most ${bounds.values} JSON values`);
  const manifest = parseManifest(bytes, mediaType);
  checkLength('artifactType', manifest.artifactMediaType);
  for (const { mediaType: type } of [...manifest.blobs, ...manifest.children]) checkLength('mediaType', type);
  return manifest;
}

/** Checks the length of a media type. Media types are kept in records, which must stay small. */
function checkLength(member: 'artifactType' | 'mediaType', type: string | undefined): void {
  if (type === undefined || type.length <= longestMediaType) return;
  throw invalidManifest(
    `Each ${member} in a manifest may have at most ${longestMediaType} characters, and one has ${type.length}`,
  );
}

/**
 * Reads a manifest of one of the six media types that both services accept. Media types compare without case (RFC 9110,
 * "Media Type"). The manifest's own is given in lower case.
 * @param mediaType the media type that the caller gives; needed if the manifest does not name its own
 * @throws InvalidParameterException if it is not such a manifest, or if the two media types differ
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
    throw invalidManifestType(`The given media type must be that of the manifest itself, ${own}`);
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
    // The Docker media types know no subject, but ignoring one would lose it silently.
    subject: body.subject === undefined || body.subject === null ? undefined : readSubject(body.subject),
    annotations,
  };
}

/** Gives the annotations whose values are strings. If all are, the object itself is returned: a copy may be large. */
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
 * Reads the digest of a subject. The subject need not exist.
 * @throws InvalidParameterException if no image can have this digest
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

/** Reads a manifest of Docker's first schema. It names layers only by digest, and its config is in the manifest. */
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
