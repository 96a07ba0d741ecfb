import { ecr, ecrPublic, operationNames, type Service } from '@coracle/core';
import { targetOf } from '@coracle/registry/fetch-handler';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { models, sampleOf } from '../../packages/core/test-support/model-cases.ts';
import { alias, fuzzed, image, inTime, repositoryName } from './fuzz/registry.ts';
import { asJson, broken, expanded, mutated, oddHeader, oddText } from './fuzz/values.ts';
import { searchFor } from './search.ts';

/** Requests that no client sends: every one gets an answer, and none an answer that says that the registry failed. */

const limit = { timeout: 3_600_000 };

interface Wire {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string | Uint8Array | undefined;
}

function requestOf({ method, path, headers, body }: Wire): Request {
  const all = new Headers();
  for (const [name, value] of headers) all.append(name, expanded(value));
  const bodiless = ['GET', 'HEAD'].includes(method.toUpperCase());
  const content =
    bodiless || body === undefined ? {} : { body: (typeof body === 'string' ? expanded(body) : body) as BodyInit };
  return new Request(`http://localhost${path}`, { method, headers: all, ...content });
}

const show = (value: unknown): string => {
  const text = JSON.stringify(value, (_, one) =>
    one instanceof Uint8Array ? Buffer.from(one).toString('base64') : one,
  );
  return text.length > 600 ? `${text.slice(0, 600)}… (${text.length})` : text;
};

const oddHeaders = (...names: string[]) => fc.array(fc.tuple(fc.constantFrom(...names), oddHeader), { maxLength: 3 });

// The AWS JSON door

const services: readonly Service[] = [ecrPublic, ecr];
const operations = services.flatMap((service) =>
  operationNames(service).map((operation) => [service, operation] as const),
);

/** An input that goes through, as far as a sample can: on the repository and the image that are there. */
function usualInput({ name: service }: Service, operation: string): Record<string, unknown> {
  const input = sampleOf(models[service], models[service].operations[operation]?.input ?? '', 'usual') as object;
  const real: Record<string, unknown> = {
    registryId: '123456789012',
    repositoryName,
    resourceArn: `arn:aws:ecr-public::123456789012:repository/${repositoryName}`,
    imageManifest: image.manifest,
    imageManifestMediaType: image.mediaType,
    imageDigest: image.digest,
    imageTag: 'v1',
    policyText: '{"Statement":[{"Effect":"Allow","Principal":"*","Action":["*"],"Condition":{"a":{"b":["c"]}}}]}',
  };
  const known = Object.entries(input).map(([name, value]) => [name, name in real ? real[name] : value]);
  const base64 = (_: string, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;
  return JSON.parse(JSON.stringify(Object.fromEntries(known), base64)) as Record<string, unknown>;
}

/** Texts that hold JSON themselves are mutated inside as well. */
const withInnerJson = (input: Record<string, unknown>): fc.Arbitrary<unknown> => {
  const inner = ['policyText', 'imageManifest', 'lifecyclePolicyText'].find((name) => typeof input[name] === 'string');
  if (inner === undefined) return mutated(input);
  const parsed = (() => {
    try {
      return JSON.parse(String(input[inner])) as unknown;
    } catch {
      return {};
    }
  })();
  const inside = mutated(parsed).map((value) => ({ ...input, [inner]: asJson(value) }));
  return fc.oneof({ weight: 1, arbitrary: mutated(input) }, { weight: 4, arbitrary: inside });
};

/** Those whose texts are parsed by hand. */
const talkative = operations.filter(([, operation]) =>
  /RepositoryPolicy|PutImage|TagResource|Describe/.test(operation),
);

const door: fc.Arbitrary<Wire> = fc
  .oneof(fc.constantFrom(...operations), fc.constantFrom(...talkative))
  .chain(([service, operation]) => {
    const usual = usualInput(service, operation);
    const target = targetOf(service.name, operation);
    const json = withInnerJson(usual).map(asJson);
    return fc.record({
      method: fc.constant('POST'),
      path: fc.oneof(
        { weight: 9, arbitrary: fc.constant('/') },
        { weight: 1, arbitrary: fc.constant('/?X-Amz-Credential=a/b') },
      ),
      headers: fc
        .tuple(
          fc.oneof({ weight: 15, arbitrary: fc.constant(target) }, { weight: 1, arbitrary: oddHeader }),
          oddHeaders('authorization', 'content-type', 'content-encoding', 'x-amz-date', 'content-length', 'origin'),
        )
        .map(([to, more]) => [['x-amz-target', to] as const, ...more]),
      body: fc.oneof(
        { weight: 10, arbitrary: json },
        { weight: 3, arbitrary: json.chain((text) => broken(text.slice(0, 5_000))) },
        { weight: 1, arbitrary: fc.uint8Array({ maxLength: 50 }) },
        { weight: 1, arbitrary: oddText },
      ),
    });
  });

it('the AWS JSON door answers whatever is sent', limit, async () => {
  const check = async (wires: Wire[]) => {
    const { fetch } = await fuzzed();
    for (const wire of wires) {
      const response = await inTime(fetch(requestOf(wire)), show(wire));
      const text = await inTime(response.text(), show(wire));
      const label = `${show(wire)}: ${text.slice(0, 300)}`;
      expect(response.status, label).toBeLessThan(500);
      expect([200, 400, 413], label).toContain(response.status);
      expect(response.headers.get('x-amzn-requestid'), label).toMatch(/^[0-9a-f-]{36}$/);
      const body = JSON.parse(text) as Record<string, unknown>;
      if (response.status !== 200) {
        expect([typeof body['__type'], typeof body['message']], label).toEqual(['string', 'string']);
      }
    }
  };
  await fc.assert(fc.asyncProperty(fc.array(door, { minLength: 1, maxLength: 5 }), check), searchFor(5));
});

// `/v2/`

const segment = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('blobs', 'uploads', 'manifests', 'tags', 'list', 'referrers', '_catalog') },
  { weight: 2, arbitrary: fc.constantFrom(image.digest as string, 'v1', `sha512:${'0'.repeat(128)}`, 'sha256:0', '') },
  { weight: 1, arbitrary: fc.constantFrom('%2e%2e', '%00', '%zz', '%E4', '..', '.', 'a'.repeat(300), 'Ä', '%2F', '~') },
  { weight: 1, arbitrary: oddText.map((text) => expanded(text).slice(0, 500).replace(/[?#]/g, '')) },
);
const name = fc.constantFrom(
  `${alias}/${repositoryName}`,
  repositoryName,
  `${alias}/new`,
  'new/one',
  alias,
  '',
  'X',
  '_',
);
const reference = fc.constantFrom<string>(
  'v1',
  'latest',
  'none',
  image.digest,
  ...image.blobs.map(({ digest }) => digest),
  '.',
  'sha256:1',
);
/** `upload` stands for the location that the upload before it was given. */
const path = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(name, reference).map(([of, to]) => `/v2/${of}/manifests/${to}`) },
  { weight: 3, arbitrary: fc.tuple(name, reference).map(([of, to]) => `/v2/${of}/blobs/${to}`) },
  { weight: 3, arbitrary: name.map((of) => `/v2/${of}/blobs/uploads/`) },
  { weight: 4, arbitrary: fc.constant('upload') },
  { weight: 1, arbitrary: name.map((of) => `/v2/${of}/tags/list`) },
  { weight: 1, arbitrary: fc.tuple(name, reference).map(([of, to]) => `/v2/${of}/referrers/${to}`) },
  { weight: 1, arbitrary: fc.constantFrom('/v2/', '/v2', '/v2/_catalog', '/token', '/logo/x') },
  { weight: 1, arbitrary: fc.array(segment, { maxLength: 6 }).map((segments) => `/v2/${segments.join('/')}`) },
);
const query = fc
  .array(
    fc.tuple(
      fc.constantFrom('digest', 'n', 'last', 'mount', 'from', 'artifactType', 'tag', 'x'),
      fc.oneof(reference, name, fc.constantFrom('', '0', '1', '-1', '1e9', '999999999999999999'), oddText),
    ),
    { maxLength: 3 },
  )
  .map((pairs) =>
    pairs.length === 0 ? '' : `?${new URLSearchParams(pairs.map(([one, value]) => [one, value.slice(0, 2_000)]))}`,
  );

const blob = image.blobs[0]!;
const v2: fc.Arbitrary<Wire & { readonly query: string }> = fc.record({
  method: fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom('GET', 'HEAD', 'PUT', 'POST', 'PATCH', 'DELETE') },
    { weight: 1, arbitrary: fc.constantFrom('OPTIONS', 'PURGE', 'get', 'constructor', '__proto__') },
  ),
  path,
  query: fc.oneof(query, fc.constant(''), fc.constant(`?digest=${blob.digest}`)),
  headers: oddHeaders(
    'range',
    'content-range',
    'content-type',
    'accept',
    'authorization',
    'content-length',
    'if-none-match',
    'if-range',
    'host',
    'origin',
    'content-encoding',
  ),
  body: fc.oneof(
    fc.constantFrom<string | Uint8Array | undefined>(undefined, '', image.manifest, blob.bytes),
    broken(image.manifest),
    mutated(JSON.parse(image.manifest)).map(asJson),
    fc.uint8Array({ maxLength: 50 }),
  ),
});

it('/v2/ answers whatever is sent', limit, async () => {
  const check = async (wires: (Wire & { readonly query: string })[]) => {
    const { fetch } = await fuzzed();
    let upload = `/v2/${repositoryName}/blobs/uploads/6cb64b8a-9378-0e33-2ab1-b780fab8a9e9`;
    for (const wire of wires) {
      const at = `${wire.path === 'upload' ? upload : wire.path}${wire.query}`;
      const label = `${at} ${show(wire)}`;
      const response = await inTime(fetch(requestOf({ ...wire, path: at })), label);
      const bytes = new Uint8Array(await inTime(response.arrayBuffer(), label));
      const text = new TextDecoder().decode(bytes);
      expect(response.status, `${label}: ${text.slice(0, 300)}`).toBeLessThan(500);
      const length = response.headers.get('content-length');
      if (length !== null && wire.method.toUpperCase() !== 'HEAD') expect(bytes.length, label).toBe(Number(length));
      // The URL standard takes dots out of a path, which may lead out of `/v2/`.
      const { pathname } = new URL(at, 'http://localhost');
      if (!pathname.startsWith('/v2') || response.status === 204) continue;
      if (wire.method !== 'OPTIONS') {
        expect(response.headers.get('docker-distribution-api-version'), label).toBe('registry/2.0');
      }
      if (response.status >= 400 && wire.method.toUpperCase() !== 'HEAD') {
        const { errors } = JSON.parse(text) as { errors: { code: string; message: string }[] };
        expect(errors[0]?.code, label).toMatch(/^[A-Z_]+$/);
      }
      const location = response.headers.get('location');
      if (response.status === 202 && location !== null) upload = location.replace(/\?.*/, '');
    }
  };
  await fc.assert(fc.asyncProperty(fc.array(v2, { minLength: 1, maxLength: 8 }), check), searchFor(5));
});
