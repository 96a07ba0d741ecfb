import { type ReadableLayer, randomUuid } from '@coracle/core';
import { type Body, respondLending, smallBody } from '../respond.ts';
import type { OnError } from '../reveal.ts';
import { whenSendable } from '../sendable.ts';
import { streamOf } from '../stream-of.ts';
import { answer, contentHeaders } from './answer.ts';
import { errorAnswer, refusal } from './errors.ts';
import { rangeOf } from './range.ts';
import type { Call, Methods } from './route.ts';

/** Makes the route of a blob ("Pulling blobs" and "Deleting Blobs" of the OCI distribution specification). */
export const blobRoute = (digest: string): Methods => ({
  GET: (call) => (call.request.method === 'HEAD' ? headBlob(call, digest) : getBlob(call, digest)),
  DELETE: (call) => deleteBlob(call, digest),
});

const headersOf = (digest: string) => ({ 'accept-ranges': 'bytes', 'docker-content-digest': digest });

async function headBlob({ engine, at, caller }: Call, asked: string): Promise<Response> {
  const { digest, size } = await engine.distribution.checkBlob(at, asked, caller);
  const headers = { ...contentHeaders, ...headersOf(digest), 'content-type': 'application/octet-stream' };
  return respondLending(200, { ...headers, 'content-length': String(size) }, null);
}

async function getBlob(
  { engine, at, caller, request, readOnlyBodies, onError }: Call,
  asked: string,
): Promise<Response> {
  const blob = await engine.distribution.getBlob(at, asked, caller);
  const { digest, size } = blob;
  const { first, last, none } = wantedOf(request, size);
  const known = headersOf(digest);
  if (none) {
    const range = request.headers.get('range');
    return errorAnswer(
      refusal('SIZE_INVALID', 416, `The blob has ${size} bytes, and the range '${range}' is outside of them`),
      {
        ...known,
        'content-range': `bytes */${size}`,
      },
    );
  }
  const partial = first !== undefined && last !== undefined;
  const headers = {
    ...contentHeaders,
    ...known,
    'content-type': 'application/octet-stream',
    'content-length': String(partial ? last - first + 1 : size),
    ...(partial ? { 'content-range': `bytes ${first}-${last}/${size}` } : {}),
  };
  if (blob.takesRoom({ readOnly: readOnlyBodies })) await whenSendable(request);
  const body = await bodyOf(blob, { first, last, readOnly: readOnlyBodies, onError });
  return respondLending(partial ? 206 : 200, headers, body);
}

interface Wanted {
  readonly first: number | undefined;
  readonly last: number | undefined;
  readonly readOnly: boolean;
  readonly onError: OnError;
}

/**
 * Reads the first piece before the answer begins. If this read fails, the client still gets an error answer.
 *
 * If the body is a single piece, no stream is needed. The exception is a piece whose memory must be given back after it
 * was sent: only a stream tells when that is.
 */
async function bodyOf(blob: ReadableLayer, { first, last, readOnly, onError }: Wanted): Promise<Body> {
  const rest = blob.read({ first, last, readOnly });
  const { done, value } = await rest.next();
  if (done) return null;
  const isWhole = value.length === (last ?? blob.size - 1) - (first ?? 0) + 1;
  if (!isWhole || (value.length > smallBody && blob.takesRoom({ readOnly }))) {
    const failed = (error: unknown) => onError({ id: randomUuid(), error });
    return streamOf({ first: value, rest, transferable: !readOnly, failed });
  }
  await rest.return(undefined);
  return value;
}

/**
 * Reads the range that a request asks for. Range applies only to GET. If-Range is about a validator, which no answer of
 * `/v2/` has (RFC 9110).
 */
function wantedOf({ method, headers }: Request, size: number): { first?: number; last?: number; none?: true } {
  if (method !== 'GET' || headers.has('if-range')) return {};
  const range = rangeOf(headers.get('range'), size);
  return range === 'none' ? { none: true } : (range ?? {});
}

async function deleteBlob({ engine, at, caller }: Call, digest: string): Promise<Response> {
  await engine.distribution.deleteBlob(at, digest, caller);
  return deleted();
}

/** Makes the answer to a successful deletion. */
export const deleted = (): Response => answer(202, { 'content-length': '0' });

/** Gives the path at which a blob is pulled. As a path, it stays right behind any proxy. */
const blobPath = (name: string, digest: string): string => `/v2/${name}/blobs/${digest}`;

/** Makes the answer to a completed blob. */
export const blobCreated = ({ base, name }: Call, digest: string): Response =>
  answer(201, { location: base + blobPath(name, digest), 'docker-content-digest': digest, 'content-length': '0' });
