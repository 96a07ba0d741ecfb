import { announcedBytes, contentOf } from '../body.ts';
import { blobCreated } from './blobs.ts';
import { refusal } from './errors.ts';
import { type Call, type Methods, makeRoom } from './route.ts';

/** "Pushing blobs" of the OCI distribution specification: in one request, in two, or in chunks. */

export const uploadsRoute: Methods = { POST: startUpload };

export const uploadRoute = (uploadId: string): Methods => ({
  GET: (call) => getUpload(call, uploadId),
  PATCH: (call) => patchUpload(call, uploadId),
  PUT: (call) => putUpload(call, uploadId),
});

async function startUpload(call: Call): Promise<Response> {
  const { engine, at, name, query, request } = call;
  await makeRoom(call);
  const digest = query.get('digest');
  // A mount that cannot be done is an upload like any other ("Mounting a blob from another repository").
  if (digest !== null && !query.has('mount')) {
    const content = (await contentOf(request)) ?? nothing();
    return blobCreated(name, (await engine.distribution.putBlob(at, digest, content)).digest);
  }
  const { uploadId } = await engine.distribution.startUpload(at);
  return progress(202, name, uploadId, 0);
}

async function getUpload({ engine, at, name }: Call, uploadId: string): Promise<Response> {
  return progress(204, name, uploadId, (await engine.distribution.getUpload(at, uploadId)).size);
}

async function patchUpload({ engine, at, name, request }: Call, uploadId: string): Promise<Response> {
  const first = firstByte(request);
  const content = (await contentOf(request)) ?? nothing();
  const { size } = await engine.distribution.appendToUpload(at, uploadId, content, first);
  return progress(202, name, uploadId, size);
}

async function putUpload({ engine, at, name, query, request }: Call, uploadId: string): Promise<Response> {
  const wanted = query.get('digest') ?? '';
  const first = firstByte(request);
  const content = await contentOf(request);
  const { distribution } = engine;
  if (first !== undefined && content) {
    await distribution.appendToUpload(at, uploadId, content, first);
    return blobCreated(name, (await distribution.finishUpload(at, uploadId, wanted)).digest);
  }
  return blobCreated(name, (await distribution.finishUpload(at, uploadId, wanted, content)).digest);
}

/**
 * Where an upload goes on, and how far it is. `Range` cannot say that there is nothing: it is `0-0` then, as it is
 * after one byte, in the specification's own examples.
 */
function progress(status: number, name: string, uploadId: string, size: number): Response {
  const headers = {
    location: `/v2/${name}/blobs/uploads/${uploadId}`,
    range: `0-${Math.max(0, size - 1)}`,
    'docker-upload-uuid': uploadId,
  };
  return new Response(null, { status, headers: status === 204 ? headers : { ...headers, 'content-length': '0' } });
}

/** `<first>-<last>` as the specification writes it; also in the form of RFC 9110, `bytes <first>-<last>/<size>`. */
const contentRange = /^(?:bytes[ =])?(\d{1,15})-(\d{1,15})(?:\/(?:\d+|\*))?$/;

/** The byte that a chunk starts with, where its Content-Range says so. */
function firstByte(request: Request): number | undefined {
  const text = request.headers.get('content-range');
  if (text === null) return undefined;
  const [, first, last] = contentRange.exec(text.trim()) ?? [];
  if (first === undefined || last === undefined || Number(last) < Number(first)) {
    throw refusal('BLOB_UPLOAD_INVALID', 400, `'${text}' is not a Content-Range: write <first byte>-<last byte>`);
  }
  const announced = announcedBytes(request);
  const size = Number(last) - Number(first) + 1;
  if (announced !== undefined && announced !== size) {
    throw refusal('SIZE_INVALID', 400, `The Content-Range '${text}' has ${size} bytes, the body ${announced}`);
  }
  return Number(first);
}

async function* nothing(): AsyncGenerator<Uint8Array, void> {}
