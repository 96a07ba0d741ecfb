import { limits } from './limits.ts';
import { refuseParameter } from './refusal.ts';

/** The content of a manifest of the pool, read in a simple way (semantics §2.1, §2.2, §3.4). */
export interface Facts {
  readonly mediaType: string;
  readonly artifactMediaType: string | undefined;
  readonly blobs: readonly { readonly digest: string; readonly mediaType: string; readonly size: number }[];
  readonly children: readonly string[];
  /** The sum of the declared sizes. Lists declare none: their size follows from their images. */
  readonly size: number | undefined;
}

interface Descriptor {
  readonly digest: string;
  readonly mediaType: string;
  readonly size: number;
}

interface Body {
  readonly schemaVersion?: number;
  readonly mediaType?: string;
  readonly artifactType?: string;
  readonly config?: Descriptor;
  readonly layers?: readonly Descriptor[];
  readonly manifests?: readonly Descriptor[];
}

const known = [
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
];

const broken = () => refuseParameter('ImageManifest', 'Invalid JSON syntax');

export function readManifest(text: string, given: string | undefined, needsLayers: boolean): Facts {
  const body = parse(text);
  if (body.mediaType !== undefined && given !== undefined && body.mediaType !== given) {
    refuseParameter('imageManifestMediaType');
  }
  const mediaType = body.mediaType ?? given;
  if (mediaType === undefined) {
    return refuseParameter('imageManifestMediaType', 'image manifest mediatype not provided in manifest or parameter');
  }
  if (!known.includes(mediaType) || body.schemaVersion !== 2) return broken();
  if (/list|index/.test(mediaType)) {
    const children = [...new Set((body.manifests ?? []).map(({ digest }) => digest))];
    return { mediaType, artifactMediaType: body.artifactType, blobs: [], children, size: undefined };
  }
  if (body.config === undefined) return broken();
  const layers = body.layers ?? [];
  if (needsLayers && layers.length === 0) refuseParameter('ImageManifest', 'Image has to have at least 1 layer');
  if (layers.length > limits.public.layersPerImage) {
    refuseParameter('ImageManifest', 'Limit on number of layers per image exceeded');
  }
  const all = [body.config, ...layers];
  return {
    mediaType,
    artifactMediaType: body.artifactType ?? body.config.mediaType,
    blobs: all.filter((one) => !one.mediaType.includes('foreign')),
    children: [],
    size: all.reduce((sum, { size }) => sum + size, 0),
  };
}

function parse(text: string): Body {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null && !Array.isArray(body) ? body : broken();
  } catch {
    return broken();
  }
}
