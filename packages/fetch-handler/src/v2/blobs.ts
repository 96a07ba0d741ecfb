import { streamOf } from '../body.ts';
import type { Call, Methods } from './route.ts';

/** "Pulling blobs" of the OCI distribution specification. */
export const blobRoute = (digest: string): Methods => ({ GET: (call) => getBlob(call, digest) });

async function getBlob({ engine, at }: Call, asked: string): Promise<Response> {
  const { digest, size, read } = await engine.distribution.getBlob(at, asked);
  return new Response(streamOf(read()), {
    status: 200,
    headers: {
      'content-type': 'application/octet-stream',
      'content-length': String(size),
      'docker-content-digest': digest,
    },
  });
}

/** Where a blob is pulled from, as a path: it stays right behind any proxy. */
const blobPath = (name: string, digest: string): string => `/v2/${name}/blobs/${digest}`;

/** The answer to a blob that is complete. */
export const blobCreated = (name: string, digest: string): Response =>
  new Response(null, {
    status: 201,
    headers: { location: blobPath(name, digest), 'docker-content-digest': digest, 'content-length': '0' },
  });
