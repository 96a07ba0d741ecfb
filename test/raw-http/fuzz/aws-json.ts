import type { Random } from './random.ts';
import { accounts, config, configs, digestOf, type FuzzRequest, publicNames, regions, utf8 } from './request.ts';

/** Requests of AWS JSON 1.1, to both services. */

const services = { 'ecr-public': 'SpencerFrontendService', ecr: 'AmazonEC2ContainerRegistry_V20150921' } as const;
type Service = keyof typeof services;

const many = [10, 1000, 30_000, 200_000] as const;

interface Call {
  readonly operation: string;
  readonly input: unknown;
  readonly stores?: boolean;
}

/** Calls as a client sends them: most succeed. */
function usualCall(random: Random, repositoryName: string): Call {
  const bytes = config(random.below(configs));
  const layerDigest = digestOf(bytes);
  const imageManifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: layerDigest, size: bytes.length },
    layers: [],
    annotations: { n: String(random.below(100)) },
  });
  const imageTag = `t${random.below(40)}`;
  const tags = [{ Key: 'a', Value: imageTag }];
  const resourceArn = `arn:aws:ecr-public::${accounts[0]}:repository/${repositoryName}`;
  return random.pick<Call>([
    { operation: 'CreateRepository', input: { repositoryName, tags }, stores: true },
    { operation: 'DescribeRepositories', input: { maxResults: 1 + random.below(5) } },
    { operation: 'DescribeImages', input: { repositoryName, maxResults: 1 + random.below(1000) } },
    { operation: 'DescribeImageTags', input: { repositoryName } },
    { operation: 'BatchCheckLayerAvailability', input: { repositoryName, layerDigests: [layerDigest] } },
    { operation: 'InitiateLayerUpload', input: { repositoryName }, stores: true },
    { operation: 'PutImage', input: { repositoryName, imageManifest, imageTag }, stores: true },
    { operation: 'PutImage', input: { repositoryName, imageManifest, imageTag }, stores: true },
    { operation: 'BatchDeleteImage', input: { repositoryName, imageIds: [{ imageTag }] } },
    { operation: 'GetAuthorizationToken', input: {} },
    {
      operation: 'PutRepositoryCatalogData',
      input: { repositoryName, catalogData: { description: 'd'.repeat(random.below(1024)) } },
      stores: true,
    },
    { operation: 'TagResource', input: { resourceArn, tags }, stores: true },
    { operation: 'DeleteRepository', input: { repositoryName: random.pick(['gone', 'gone-too']), force: true } },
  ]);
}

/** Inputs that no client sends. */
function oddInput(random: Random, repositoryName: string): unknown {
  const text = random.pick(['', '\u0000', '__proto__', '../..', 'é', 'a'.repeat(10_000), '\ud800']);
  return random.pick<unknown>([
    { repositoryName: text },
    { repositoryName, imageManifest: '{"schemaVersion":2}', imageTag: text },
    { repositoryName, uploadId: text, partFirstByte: 0, partLastByte: 3, layerPartBlob: 'AAAAAA==' },
    { repositoryName, imageIds: Array.from({ length: random.below(200) }, (_, nth) => ({ imageTag: `t${nth}` })) },
    { nextToken: text, maxResults: random.pick([0, -1, 1.5, 1e300, '5']) },
    { repositoryName, policyText: JSON.stringify({ Version: '2012-10-17', Statement: [text] }) },
    [],
    null,
    text,
    Array.from({ length: random.pick(many) }, () => 0),
  ]);
}

function bodyOf(random: Random, input: unknown): Buffer {
  if (random.chance(0.93)) return utf8(JSON.stringify(input));
  const deep = random.pick(['[', '{"a":', '{"repositoryName":']);
  const whole = utf8(JSON.stringify(input));
  return random.pick([utf8(deep.repeat(random.pick(many) / 10)), whole.subarray(0, random.below(whole.length + 1))]);
}

function authorization(random: Random, service: Service): Record<string, string> {
  if (random.chance(0.5)) return {};
  const key = random.pick(['test', ...accounts, 'x'.repeat(3000)]);
  const region = random.chance(0.95) ? random.pick(regions) : random.pick(['nowhere', '', 'us-east-1/us-east-1']);
  const scope = `${key}/20260101/${region}/${service}/aws4_request`;
  return { authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0` };
}

export function awsJsonRequest(random: Random): FuzzRequest {
  const service = random.pick<Service>(['ecr-public', 'ecr']);
  const repositoryName = random.pick(publicNames);
  const usual = usualCall(random, repositoryName);
  const isUsual = random.chance(0.7);
  const operation = random.chance(0.96) ? usual.operation : random.pick(['Nope', '', 'constructor', 'x'.repeat(3000)]);
  return {
    method: 'POST',
    target: '/',
    headers: {
      'x-amz-target': `${services[service]}.${operation}`,
      'content-type': 'application/x-amz-json-1.1',
      ...authorization(random, service),
    },
    body: bodyOf(random, isUsual ? usual.input : oddInput(random, repositoryName)),
    ...(usual.stores && { stores: true }),
  };
}
