import { blobRoute } from './blobs.ts';
import { manifestRoute } from './manifests.ts';
import { referrersRoute } from './referrers.ts';
import type { Methods } from './route.ts';
import { tagsRoute } from './tags.ts';
import { uploadRoute, uploadsRoute } from './uploads.ts';

/** The repository in a path, as the client wrote it, and the methods of the endpoint. */
export interface Route {
  readonly name: string;
  /** The endpoint, as the table of fronts calls it. */
  readonly endpoint: string;
  readonly methods: Methods;
}

/**
 * Finds the route of a path below `/v2/` ("Endpoints" of the OCI distribution specification); undefined if none
 * matches. Names have slashes and may have segments such as `blobs` and `tags` of their own. So the path is read from
 * its end, and the rest is the name.
 */
export function findRoute(path: string): Route | undefined {
  const segments = decode(path);
  const [third, second, last = ''] = [segments.at(-3), segments.at(-2), segments.at(-1)];
  const route = (taken: number, endpoint: string, methods: Methods): Route | undefined => {
    const name = segments.slice(0, -taken).join('/');
    return name === '' ? undefined : { name, endpoint, methods };
  };
  if (third === 'blobs' && second === 'uploads') {
    return last === '' ? route(3, 'uploads', uploadsRoute) : route(3, 'upload', uploadRoute(last));
  }
  if (second === 'blobs') return last === 'uploads' ? route(2, last, uploadsRoute) : route(2, 'blob', blobRoute(last));
  if (second === 'manifests') return route(2, 'manifest', manifestRoute(last));
  if (second === 'tags' && last === 'list') return route(2, 'tags', tagsRoute);
  if (second === 'referrers') return route(2, 'referrers', referrersRoute(last));
  return undefined;
}

/**
 * Splits a path into segments, in which clients may have escaped a digest's colon. The list is empty if an escape is
 * invalid.
 */
function decode(path: string): string[] {
  try {
    return path.split('/').map((segment) => (segment.includes('%') ? decodeSegment(segment) : segment));
  } catch {
    return [];
  }
}

/**
 * Decodes a segment. An escaped slash does not separate segments: a segment that has one stays as it came, and because
 * of its `%` it is not a valid name or reference.
 */
function decodeSegment(segment: string): string {
  const decoded = decodeURIComponent(segment);
  return decoded.includes('/') ? segment : decoded;
}
