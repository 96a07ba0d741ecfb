import { readAtMost } from '../body.ts';
import { refusal } from './errors.ts';
import { type Call, type Methods, makeRoom } from './route.ts';

/** "Pulling manifests" and "Pushing Manifests" of the OCI distribution specification, by tag or by digest. */
export const manifestRoute = (reference: string): Methods => ({
  GET: (call) => getManifest(call, reference),
  PUT: (call) => putManifest(call, reference),
});

async function getManifest({ engine, at }: Call, reference: string): Promise<Response> {
  const { bytes, digest, mediaType } = await engine.distribution.getManifest(at, reference);
  return new Response(bytes as Uint8Array<ArrayBuffer>, {
    status: 200,
    headers: { 'content-type': mediaType, 'content-length': String(bytes.length), 'docker-content-digest': digest },
  });
}

async function putManifest(call: Call, reference: string): Promise<Response> {
  const { engine, at, name, request } = call;
  const most = engine.limits.manifestBytes;
  const bytes = await readAtMost(request, most, () =>
    refusal('MANIFEST_INVALID', 413, `A manifest may have at most ${most} bytes`),
  );
  await makeRoom(call);
  const mediaType = mediaTypeOf(request);
  const { digest, subject } = await engine.distribution.putManifest(at, reference, { bytes, mediaType });
  return new Response(null, {
    status: 201,
    headers: {
      location: `/v2/${name}/manifests/${digest}`,
      'docker-content-digest': digest,
      'content-length': '0',
      ...(subject === undefined ? {} : { 'oci-subject': subject }),
    },
  });
}

/** What clients send when nobody told them what they send; the manifest itself says it then. */
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
  const mediaType = essence.trim();
  return saysNothing.has(mediaType.toLowerCase()) ? undefined : mediaType;
}
