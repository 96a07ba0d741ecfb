import type { CallOptions, RegistryError } from '@coracle/core';
import { readAtMost } from '../body.ts';
import { respondExactly } from '../respond.ts';
import { answer, contentHeaders } from './answer.ts';
import { deleted } from './blobs.ts';
import { refusal } from './errors.ts';
import { type Call, creatingRepository, type Methods } from './route.ts';

/**
 * Returns the functions that answer the endpoint `/v2/<name>/manifests/<tag or digest>`, by HTTP method ("Pulling
 * manifests", "Pushing Manifests" and "Deleting Manifests" of the OCI distribution specification).
 */
export const manifestRoute = (reference: string): Methods => ({
  GET: (call) => getManifest(call, reference),
  PUT: (call) => putManifest(call, reference),
  DELETE: (call) => deleteManifest(call, reference),
});

/** Matches a character that is not allowed in a tag and not allowed in a digest. */
const malformed = /[^\w.:+-]/;

async function getManifest({ engine, at, caller, front, request }: Call, reference: string): Promise<Response> {
  if (front.malformedReference !== 404 && malformed.test(reference)) {
    throw refusal('TAG_INVALID', front.malformedReference, `'${reference}' is not a tag`);
  }
  const { bytes, digest, mediaType } = await engine.distribution.getManifest(at, reference, {
    pull: request.method !== 'HEAD',
    ...caller,
  });
  const headers = {
    ...contentHeaders,
    'content-type': mediaType,
    'content-length': String(bytes.length),
    'docker-content-digest': digest,
  };
  return respondExactly(200, headers, bytes);
}

/** Returns whether a caller may push nowhere. The engine refuses each push of such a caller, whatever the manifest. */
function isOnlyReader({ visitor }: CallOptions): boolean {
  const identity = visitor?.identity;
  return identity?.kind === 'anonymous' || (identity?.kind === 'user' && !identity.rights.includes('push'));
}

/** The maximum number of `tag` parameters in the URL of one push. If the URL repeats a tag, each repetition counts. */
const mostTags = 50;

const tooManyTags = (count: number): RegistryError =>
  refusal(
    'TAG_INVALID',
    414,
    `A manifest may be pushed with at most ${mostTags} tags at once, but this request has ${count}: send the other tags in further requests`,
  );

async function putManifest(call: Call, reference: string): Promise<Response> {
  const { engine, at, caller, base, front, name, query, request } = call;
  const tags = front.tagParameters && reference.includes(':') ? query.getAll('tag') : [];
  if (tags.length > mostTags) throw tooManyTags(tags.length);
  const most = engine.limits.manifestBytes;
  const tooLarge = () => refusal('MANIFEST_INVALID', 413, `A manifest may have at most ${most} bytes`);
  // A caller who only reads must not use up the memory for manifests.
  const bytes = isOnlyReader(caller)
    ? new Uint8Array()
    : await readAtMost(request, { most, tooLarge, room: engine.room });
  const manifest = { bytes, mediaType: mediaTypeOf(request), tags, rules: front.rules };
  const { digest, subject } = await creatingRepository(call, () =>
    engine.distribution.putManifest(at, reference, manifest, caller),
  );
  return answer(201, {
    ...(front.manifestLocation ? { location: `${base}/v2/${name}/manifests/${digest}` } : {}),
    ...(front.manifestDigest ? { 'docker-content-digest': digest } : {}),
    'content-length': '0',
    ...(subject === undefined || !front.subject ? {} : { 'oci-subject': subject }),
    ...(tags.length === 0 ? {} : { 'oci-tag': [...new Set(tags)].join(', ') }),
  });
}

async function deleteManifest({ engine, at, caller, front }: Call, reference: string): Promise<Response> {
  await engine.distribution.deleteManifest(at, reference, { rules: front.rules, ...caller });
  return deleted();
}

/**
 * The Content-Type values that say nothing about a manifest. If a client sends one of them, the media type is read from
 * the manifest itself.
 */
const saysNothing: ReadonlySet<string> = new Set([
  '',
  'application/json',
  'application/octet-stream',
  'application/x-www-form-urlencoded',
  'binary/octet-stream',
  'text/plain',
]);

function mediaTypeOf(request: Request): string | undefined {
  const [essence = ''] = (request.headers.get('content-type') ?? '').split(';');
  // Media types are case-insensitive (RFC 9110, "Media Type").
  const mediaType = essence.trim().toLowerCase();
  return saysNothing.has(mediaType) ? undefined : mediaType;
}
