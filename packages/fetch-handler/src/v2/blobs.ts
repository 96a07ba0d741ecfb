import { type ReadableLayer, randomUuid } from '@coracle/core';
import { withOwnLength } from '../methods.ts';
import { type Body, respondLending, smallBody } from '../respond.ts';
import type { OnError } from '../reveal.ts';
import { whenSendable } from '../sendable.ts';
import { streamOf } from '../stream-of.ts';
import { answer, contentHeaders } from './answer.ts';
import { errorAnswer, refusal } from './errors.ts';
import { rangeOf } from './range.ts';
import type { Call, Methods } from './route.ts';

/**
 * Returns the functions that answer the endpoint `/v2/<name>/blobs/<digest>`, by HTTP method ("Pulling blobs" and
 * "Deleting Blobs" of the OCI distribution specification).
 */
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
 * Starts to read a blob. Returns the bytes if the first chunk is the whole requested content. Otherwise returns a
 * stream.
 *
 * The first chunk is read before the answer begins. If this read fails, the client still gets an error answer. A single
 * large chunk also becomes a stream if its memory counts toward the memory limit `maxBufferedBytes`, because only a
 * stream shows when the bytes have been sent.
 */
async function bodyOf(blob: ReadableLayer, { first, last, readOnly, onError }: Wanted): Promise<Body> {
  if (blob.stream && blob.size > 0) return withOwnLength(await blob.stream({ first, last }));
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
 * Returns the range of bytes that a request asks for: an empty object for the whole blob, or `none` if the range is
 * outside of the blob.
 *
 * A Range header applies only to GET. The Range header is ignored if the request has an If-Range header, because no
 * answer of `/v2/` has a validator that If-Range could match (RFC 9110).
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

/** Makes the answer to a DELETE request that succeeded: 202 without a body. */
export const deleted = (): Response => answer(202, { 'content-length': '0' });

/** Returns the path at which clients pull a blob. The path has no origin, so that it stays valid behind any proxy. */
const blobPath = (name: string, digest: string): string => `/v2/${name}/blobs/${digest}`;

/** Makes the answer to a push that completed a blob: 201 with the blob's location and digest. */
export const blobCreated = ({ base, name }: Call, digest: string): Response =>
  answer(201, { location: base + blobPath(name, digest), 'docker-content-digest': digest, 'content-length': '0' });
