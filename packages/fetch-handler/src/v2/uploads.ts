import { RegistryError, type Upload, type UploadStatus } from '@coracle/core';
import { announcedBytes, contentOf } from '../body.ts';
import { statusOf } from '../statuses.ts';
import { answer } from './answer.ts';
import { blobCreated } from './blobs.ts';
import { errorAnswer, refusal } from './errors.ts';
import { type Call, type Methods, makeRoom } from './route.ts';

/**
 * The routes of uploads ("Pushing blobs" of the OCI distribution specification): a blob comes in one request, in two,
 * in chunks, or from another repository.
 */

export const uploadsRoute: Methods = { POST: startUpload };

export const uploadRoute = (uploadId: string): Methods => ({
  GET: (call) => getUpload(call, uploadId),
  PATCH: (call) => patchUpload(call, uploadId),
  PUT: (call) => putUpload(call, uploadId),
  DELETE: (call) => cancelUpload(call, uploadId),
});

async function startUpload(call: Call): Promise<Response> {
  const { engine, at, caller, front, query, request } = call;
  const algorithm = algorithmOf(query);
  await makeRoom(call);
  const mount = query.get('mount');
  if (mount !== null && front.mounts && (await mountBlob(call, mount))) return blobCreated(call, mount);
  const digest = query.get('digest');
  // If a mount is not possible, an upload is started ("Mounting a blob from another repository").
  if (digest !== null && mount === null && front.singlePost) {
    const content = (await contentOf(request)) ?? nothing();
    return blobCreated(call, (await engine.distribution.putBlob(at, digest, content, caller)).digest);
  }
  const { uploadId, state } = await engine.distribution.startUpload(at, { algorithm, ...caller });
  return progress(202, call, uploadId, { size: 0, ...(state === undefined ? {} : { state }) });
}

/**
 * Gives the algorithm that a client is going to use ("Pushing a blob in chunks").
 * @throws a refusal if the algorithm is neither sha256 nor sha512
 */
function algorithmOf(query: URLSearchParams): 'sha256' | 'sha512' {
  const algorithm = query.get('digest-algorithm') ?? 'sha256';
  if (algorithm === 'sha256' || algorithm === 'sha512') return algorithm;
  throw refusal('DIGEST_INVALID', 400, `The digest algorithm '${algorithm}' is not one of sha256 and sha512`);
}

/**
 * Mounts a blob, and says whether that was possible. Without `from` the blob is not searched for, because it is then
 * unknown who may see it.
 */
async function mountBlob({ engine, at, host, caller, query }: Call, digest: string): Promise<boolean> {
  const from = query.get('from');
  if (from === null) return false;
  return engine.distribution.mountBlob(at, digest, { host, path: from }, caller);
}

/** The parameter in an upload's location that has its state. */
const stateParameter = '_state';

/** Gives the upload, with the state in its location. */
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
 * Refuses a chunk that does not follow the last one. The answer has the upload's progress, so that the client can go
 * on.
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
  const content = await contentOf(request);
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
 * Gives the headers with an upload's location and its progress. `Range` cannot express that an upload is empty: it is
 * then `0-0`, the same as after one byte, as in the specification's own examples.
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

/** The form `<first>-<last>` of the specification, and that of RFC 9110, `bytes <first>-<last>/<size>`. */
const contentRange = /^(?:bytes[ =])?(\d{1,15})-(\d{1,15})(?:\/(?:\d+|\*))?$/;

/**
 * Gives the first byte of a chunk, if its Content-Range has it.
 * @throws a refusal if the Content-Range is invalid, or does not match the length of the body
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
