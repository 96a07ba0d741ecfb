import { blobRoute } from './blobs.ts';
import { manifestRoute } from './manifests.ts';
import { referrersRoute } from './referrers.ts';
import type { Methods } from './route.ts';
import { tagsRoute } from './tags.ts';
import { uploadRoute, uploadsRoute } from './uploads.ts';

/**
 * The result of matching a path below `/v2/`: the name of the repository, and the functions that answer the endpoint,
 * by HTTP method.
 */
export interface Route {
  readonly name: string;
  /** The short name of the endpoint, such as `blob` or `referrers`. */
  readonly endpoint: string;
  readonly methods: Methods;
}

/**
 * Finds the endpoint that a path below `/v2/` names ("Endpoints" of the OCI distribution specification). Returns
 * undefined if no endpoint matches.
 *
 * The path is read from its end, because a repository's name may contain slashes and even segments such as `blobs` and
 * `tags`.
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
 * Splits a path at its slashes and decodes each segment, because some clients escape the colon of a digest as `%3A`.
 * Returns an empty list if an escape is invalid.
 */
function decode(path: string): string[] {
  try {
    return path.split('/').map((segment) => (segment.includes('%') ? decodeSegment(segment) : segment));
  } catch {
    return [];
  }
}

/**
 * Decodes the escapes of one path segment.
 *
 * A segment with an escaped slash is returned unchanged. The remaining `%` makes the segment an invalid name or
 * reference. So an escaped slash never separates segments.
 */
function decodeSegment(segment: string): string {
  const decoded = decodeURIComponent(segment);
  return decoded.includes('/') ? segment : decoded;
}
