import { invalidParameter, regionInvalid } from '../../errors.ts';
import type { Context } from '../context.ts';
import type { PublicRegistry } from './public.ts';
import type { RegistryRef } from './registry.ts';

/** This file builds and parses the addresses that users see: image URIs for `docker push`, ARNs, and URLs of logos. */

const publicHost = 'public.ecr.aws';
/** The origin of the URLs of logos on ECR Public. */
export const logoOrigin = 'https://d3g9o9u8re44ak.cloudfront.net';

const privateHost = (registry: RegistryRef) =>
  `${registry.accountId}.dkr.ecr.${registry.region}.amazonaws.com${registry.region.startsWith('cn-') ? '.cn' : ''}`;

export const partition = (region: string): string =>
  region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';

const regionName = /^[a-z]{2}(?:-[a-z]{1,16}){1,3}-\d{1,2}$/;

/**
 * Returns whether a text has the form of an AWS region, such as us-east-1. Long texts are rejected, because the region
 * becomes a part of storage keys.
 */
export const isRegion = (text: string): boolean => regionName.test(text);

/** Returns the URI of a public registry: `<host>/<alias>`. Returns an empty text if the registry has no alias yet. */
export const publicRegistryUri = (context: Context, registry: PublicRegistry): string =>
  registry.primaryAlias === undefined ? '' : `${context.endpoint?.host ?? publicHost}/${registry.primaryAlias}`;

export const privateRepositoryUri = (context: Context, registry: RegistryRef, name: string): string =>
  `${context.endpoint?.host ?? privateHost(registry)}/${name}`;

/** Returns the URL that `docker login` uses for a private registry. */
export const proxyEndpoint = (context: Context, registry: RegistryRef): string =>
  context.endpoint?.origin ?? `https://${privateHost(registry)}`;

export const logoUrl = (context: Context, repositoryId: string, logo: string): string =>
  `${context.endpoint?.origin ?? logoOrigin}/logo/${repositoryId}/${logo}.png`;

export const registryArn = (registry: RegistryRef): string =>
  `arn:aws:ecr-public::${registry.accountId}:registry/${registry.accountId}`;

export const repositoryArn = (registry: RegistryRef, name: string): string =>
  registry.kind === 'public'
    ? `arn:aws:ecr-public::${registry.accountId}:repository/${name}`
    : `arn:${partition(registry.region)}:ecr:${registry.region}:${registry.accountId}:repository/${name}`;

const publicArn = /^arn:aws:ecr-public::([0-9]{12}):repository\/([a-z0-9]+(?:[._/-][a-z0-9]+)*)$/;
const longestPublicName = 205;

/**
 * Returns the account id and the repository name that the ARN of a public repository contains.
 * @throws InvalidParameterException if the text is not the ARN of a public repository
 */
export function parsePublicRepositoryArn(arn: string): { accountId: string; name: string } {
  const [, accountId, name] = publicArn.exec(arn) ?? [];
  if (accountId === undefined || name === undefined || name.length > longestPublicName) {
    throw invalidParameter('resourceArn', 'Invalid ARN');
  }
  return { accountId, name };
}

/**
 * The parts of a repository's address `<host>/<path>`. If `kind` is 'elsewhere', the host is not one of AWS's own
 * hosts, and the first part of the path may be a registry alias.
 */
export type ParsedAddress =
  | { readonly kind: 'public'; readonly alias: string; readonly name: string }
  | { readonly kind: 'private'; readonly accountId: string; readonly region: string; readonly name: string }
  | { readonly kind: 'elsewhere'; readonly first: string; readonly rest: string; readonly name: string };

const privateHosts =
  /^([0-9]{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|on\.aws|localhost)(?::\d+)?$/;
const publicHosts = /^(?:public\.ecr\.aws|ecr-public\.aws\.com)(?::\d+)?$/;

/**
 * Parses the address `<host>/<path>` of a repository. If the host is one of AWS's own hosts, the host decides whether
 * the registry is public or private. With any other host, only the path can name the registry.
 * @throws InvalidParameterException if the host contains an invalid region
 */
export function parseAddress(host: string, path: string): ParsedAddress {
  const [, accountId, region] = privateHosts.exec(host) ?? [];
  if (accountId !== undefined && region !== undefined) {
    if (!isRegion(region)) throw regionInvalid(region);
    return { kind: 'private', accountId, region, name: path };
  }
  const slash = path.indexOf('/');
  const first = slash === -1 ? path : path.slice(0, slash);
  const rest = slash === -1 ? '' : path.slice(slash + 1);
  if (publicHosts.test(host)) return { kind: 'public', alias: first, name: rest };
  return { kind: 'elsewhere', first, rest, name: path };
}

/** Returns whether one of AWS's own hosts serves public or private registries. Returns undefined for any other host. */
export function kindOfHost(host: string): 'public' | 'private' | undefined {
  return privateHosts.test(host) ? 'private' : publicHosts.test(host) ? 'public' : undefined;
}
