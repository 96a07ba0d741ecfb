import { RegistryError, type Upload, type UploadStatus } from '@coracle/core';
import { announcedBytes, contentOf } from '../body.ts';
import { statusOf } from '../statuses.ts';
import { answer } from './answer.ts';
import { blobCreated } from './blobs.ts';
import { errorAnswer, refusal } from './errors.ts';
import { type Call, creatingRepository, type Methods } from './route.ts';

/**
 * Answers the endpoints of uploads ("Pushing blobs" of the OCI distribution specification). A client can push a blob in
 * one request, in two requests, in chunks, or by mounting it from another repository.
 */

export const uploadsRoute: Methods = { POST: startUpload };

export const uploadRoute = (uploadId: string): Methods => ({
  GET: (call) => getUpload(call, uploadId),
  PATCH: (call) => patchUpload(call, uploadId),
  PUT: (call) => putUpload(call, uploadId),
  DELETE: (call) => cancelUpload(call, uploadId),
});

async function startUpload(call: Call): Promise<Response> {
  const { query, request } = call;
  const algorithm = algorithmOf(query);
  const content = query.has('digest') ? await contentOf(request) : undefined;
  return creatingRepository(call, () => start(call, algorithm, content));
}

async function start(
  call: Call,
  algorithm: 'sha256' | 'sha512',
  content: AsyncIterable<Uint8Array> = nothing(),
): Promise<Response> {
  const { engine, at, caller, front, query } = call;
  const mount = query.get('mount');
  if (mount !== null && front.mounts && (await mountBlob(call, mount))) return blobCreated(call, mount);
  const digest = query.get('digest');
  // If a mount is not possible, an upload is started ("Mounting a blob from another repository").
  if (digest !== null && mount === null && front.singlePost) {
    return blobCreated(call, (await engine.distribution.putBlob(at, digest, content, caller)).digest);
  }
  const { uploadId, state } = await engine.distribution.startUpload(at, { algorithm, ...caller });
  return progress(202, call, uploadId, { size: 0, ...(state === undefined ? {} : { state }) });
}

/**
 * Returns the digest algorithm that the client announces for its upload in `digest-algorithm`. The default is sha256
 * (OCI distribution specification, "Pushing a blob in chunks").
 * @throws RegistryError with the status 400 if the algorithm is neither sha256 nor sha512
 */
function algorithmOf(query: URLSearchParams): 'sha256' | 'sha512' {
  const algorithm = query.get('digest-algorithm') ?? 'sha256';
  if (algorithm === 'sha256' || algorithm === 'sha512') return algorithm;
  throw refusal('DIGEST_INVALID', 400, `The digest algorithm '${algorithm}' is not one of sha256 and sha512`);
}

/**
 * Mounts a blob from the repository in the parameter `from`. Returns true if the blob has been mounted.
 *
 * Returns false if the request does not have the parameter `from`. Other repositories are not searched for the blob,
 * because the caller may not be allowed to read them.
 */
async function mountBlob({ engine, at, host, caller, query }: Call, digest: string): Promise<boolean> {
  const from = query.get('from');
  if (from === null) return false;
  return engine.distribution.mountBlob(at, digest, { host, path: from }, caller);
}

/**
 * The name of the query parameter in an upload's URL that carries the progress of the upload. The parameter is used
 * with storages that could tell the progress only by listing all parts of the upload.
 */
const stateParameter = '_state';

/** Returns the id of an upload, with the progress (`_state`) from the query of the request. */
const uploadOf = ({ query }: Call, uploadId: string): Upload => ({
  uploadId,
  state: query.get(stateParameter) ?? undefined,
});

async function getUpload(call: Call, uploadId: string): Promise<Response> {
  return progress(
    204,
    call,
    uploadId,
    await call.engine.distribution.getUpload(call.at, uploadOf(call, uploadId), call.caller),
  );
}

async function patchUpload(call: Call, uploadId: string): Promise<Response> {
  const { engine, at, caller, front, request } = call;
  const first = firstByte(request);
  const content = (await contentOf(request)) ?? nothing();
  try {
    const status = await engine.distribution.appendToUpload(at, uploadOf(call, uploadId), content, {
      first,
      ...caller,
    });
    return progress(front.chunkTaken, call, uploadId, status);
  } catch (error) {
    return outOfOrder(error, call, uploadId);
  }
}

/**
 * Returns the error answer to a chunk that does not begin where the chunk before it ended. The headers of the answer
 * have the upload's progress, so that the client can continue at the right byte.
 * @throws the given error if its HTTP status is not 416, because such an error has another reason
 */
async function outOfOrder(error: unknown, call: Call, uploadId: string): Promise<Response> {
  if (!RegistryError.is(error) || statusOf(error) !== 416) throw error;
  const status = await call.engine.distribution.getUpload(call.at, uploadOf(call, uploadId), call.caller);
  return errorAnswer(error, whereItStands(call, uploadId, status));
}

async function cancelUpload(call: Call, uploadId: string): Promise<Response> {
  await call.engine.distribution.cancelUpload(call.at, uploadOf(call, uploadId), call.caller);
  return answer(204);
}

async function putUpload(call: Call, uploadId: string): Promise<Response> {
  const { engine, at, caller, front, query, request } = call;
  const wanted = query.get('digest') ?? '';
  const first = firstByte(request);
  // Some servers give a body to each PUT. An empty body has nothing to append.
  const content = announcedBytes(request) === 0 ? undefined : await contentOf(request);
  const { distribution } = engine;
  const upload = uploadOf(call, uploadId);
  const finish = { rules: front.rules, ...caller };
  if (first !== undefined && content) {
    let state: string | undefined;
    try {
      ({ state } = await distribution.appendToUpload(at, upload, content, { first, ...caller }));
    } catch (error) {
      return outOfOrder(error, call, uploadId);
    }
    const grown = { uploadId, state };
    return blobCreated(call, (await distribution.finishUpload(at, grown, wanted, finish)).digest);
  }
  return blobCreated(call, (await distribution.finishUpload(at, upload, wanted, { content, ...finish })).digest);
}

/**
 * Returns the headers that tell a client the location of an upload and how many bytes the upload has.
 *
 * The Range header cannot express zero bytes. An empty upload therefore has `0-0`, like an upload of one byte. The
 * examples of the OCI distribution specification also have `0-0` for an empty upload.
 */
const whereItStands = ({ base, name }: Call, uploadId: string, { size, state }: UploadStatus) => ({
  location: `${base}/v2/${name}/blobs/uploads/${uploadId}${state === undefined ? '' : `?${stateParameter}=${state}`}`,
  range: `0-${Math.max(0, size - 1)}`,
  'docker-upload-uuid': uploadId,
});

function progress(status: number, call: Call, uploadId: string, upload: UploadStatus): Response {
  const headers = whereItStands(call, uploadId, upload);
  return answer(status, status === 204 ? headers : { ...headers, 'content-length': '0' });
}

/**
 * Matches a Content-Range header in the form of the OCI distribution specification, `<first>-<last>`, and in the form
 * of RFC 9110, `bytes <first>-<last>/<size>`.
 */
const contentRange = /^(?:bytes[ =])?(\d{1,15})-(\d{1,15})(?:\/(?:\d+|\*))?$/;

/**
 * Returns the index of the first byte of a chunk, from the Content-Range header. Returns undefined if the request does
 * not have this header.
 * @throws RegistryError with the status 400 if the header is invalid, or if the range in the header is not as long as
 * the body
 */
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
