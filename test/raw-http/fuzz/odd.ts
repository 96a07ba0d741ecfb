import type { Random } from './random.ts';
import { bufferedBytes, content, type FuzzRequest, oddText } from './request.ts';

/** Requests with methods, targets, headers and sizes of body that no client sends. */

const MiB = 1024 * 1024;

export function oddRequest(random: Random): FuzzRequest {
  if (random.chance(0.03)) return largeRequest(random);
  const target = random.pick([
    '/',
    '/v2',
    '/v2/',
    '/token',
    '/token?scope=repository:a:pull&service=x',
    '/logo/x',
    '/v2/_catalog?n=3',
    '*',
    'http://localhost/v2/',
    'http://evil.example/v2/',
    'http://[',
    '/v2//manifests/x',
    `/${encodeURIComponent(oddText(random))}`,
    '//',
    `/v2/${'a/'.repeat(2000)}tags/list`,
  ]);
  const headers = random.pick<Record<string, string>>([
    {},
    {},
    { host: random.pick(['evil.example', '[', 'a b', '', 'localhost:99999', 'public.ecr.aws', '[::1]']) },
    { expect: random.pick(['100-continue', 'x']) },
    { 'transfer-encoding': 'gzip' },
    { authorization: `Basic ${'A'.repeat(random.below(5000))}` },
    { authorization: `Bearer ${'a.'.repeat(random.below(3000))}` },
    { origin: random.pick(['http://evil.example', 'null', 'http://localhost', 'x'.repeat(3000)]) },
    { 'sec-fetch-site': 'cross-site' },
    { connection: 'upgrade, close', upgrade: 'h2c' },
    { accept: '*/*, '.repeat(1000) },
    { cookie: 'x'.repeat(20_000) },
    Object.fromEntries(Array.from({ length: 150 }, (_, nth) => [`x-${nth}`, 'y'])),
  ]);
  return {
    method: random.pick(['GET', 'GET', 'HEAD', 'PUT', 'POST', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'M-SEARCH']),
    target,
    headers,
    body: random.chance(0.4) ? content(random) : undefined,
  };
}

/** Makes a request with a body over every limit except that of blobs, at a route that refuses it. */
function largeRequest(random: Random): FuzzRequest {
  const service = 'SpencerFrontendService';
  const [method, target, headers] = random.pick<[string, string, Record<string, string>]>([
    ['PUT', '/v2/c/manifests/large', {}],
    ['POST', '/', { 'x-amz-target': `${service}.PutImage` }],
    ['POST', '/', { 'x-amz-target': `${service}.DescribeImages` }],
    ['POST', '/token', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['PATCH', '/v2/c/blobs/uploads/00000000-0000-4000-8000-000000000000', {}],
    ['POST', '/v2/c/blobs/uploads/?digest=sha256:1', {}],
  ]);
  const filler = random.pick(['[', '0', '[0,', '{"a":', ' ', '"', '\\']);
  return {
    method,
    target,
    headers,
    body: Buffer.alloc((1 + random.below(12)) * MiB, filler),
  };
}

/** A request that needs more room than the server has, and so gets it only if nothing else holds any. */
export const roomiestRequest: FuzzRequest = {
  method: 'POST',
  target: '/',
  headers: { 'x-amz-target': 'SpencerFrontendService.UploadLayerPart' },
  body: Buffer.from(`{"layerPartBlob":"${'A'.repeat(bufferedBytes)}"}`),
};
