import { invalidParameter, regionInvalid } from '../../errors.ts';
import type { Context } from '../context.ts';
import type { PublicRegistry } from './public.ts';
import type { RegistryRef } from './registry.ts';

/** Addresses as users read and write them: URIs behind `docker push`, ARNs, the URL of a logo. */

const publicHost = 'public.ecr.aws';
/** The origin from which ECR Public serves logos. */
const logoHost = 'https://d3g9o9u8re44ak.cloudfront.net';

const privateHost = (registry: RegistryRef) =>
  `${registry.accountId}.dkr.ecr.${registry.region}.amazonaws.com${registry.region.startsWith('cn-') ? '.cn' : ''}`;

export const partition = (region: string): string =>
  region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';

const regionName = /^[a-z]{2}(?:-[a-z]{1,16}){1,3}-\d{1,2}$/;

/**
 * Says whether a text can be the name of an AWS region. The name becomes a part of storage keys, so it must be short.
 */
export const isRegion = (text: string): boolean => regionName.test(text);

/** Gives `<host>/<alias>`, or an empty text while the registry has no alias. */
export const publicRegistryUri = (context: Context, registry: PublicRegistry): string =>
  registry.primaryAlias === undefined ? '' : `${context.endpoint?.host ?? publicHost}/${registry.primaryAlias}`;

export const privateRepositoryUri = (context: Context, registry: RegistryRef, name: string): string =>
  `${context.endpoint?.host ?? privateHost(registry)}/${name}`;

/** Gives the address at which docker logs in. */
export const proxyEndpoint = (context: Context, registry: RegistryRef): string =>
  context.endpoint?.origin ?? `https://${privateHost(registry)}`;

export const logoUrl = (context: Context, repositoryId: string, logo: string): string =>
  `${context.endpoint?.origin ?? logoHost}/logo/${repositoryId}/${logo}.png`;

export const registryArn = (registry: RegistryRef): string =>
  `arn:aws:ecr-public::${registry.accountId}:registry/${registry.accountId}`;

export const repositoryArn = (registry: RegistryRef, name: string): string =>
  registry.kind === 'public'
    ? `arn:aws:ecr-public::${registry.accountId}:repository/${name}`
    : `arn:${partition(registry.region)}:ecr:${registry.region}:${registry.accountId}:repository/${name}`;

const publicArn = /^arn:aws:ecr-public::([0-9]{12}):repository\/([a-z0-9]+(?:[._/-][a-z0-9]+)*)$/;
const longestPublicName = 205;

/**
 * Reads the account and the name in a public repository's ARN.
 * @throws InvalidParameterException if it is not such an ARN
 */
export function parsePublicRepositoryArn(arn: string): { accountId: string; name: string } {
  const [, accountId, name] = publicArn.exec(arn) ?? [];
  if (accountId === undefined || name === undefined || name.length > longestPublicName) {
    throw invalidParameter('resourceArn', 'Invalid ARN');
  }
  return { accountId, name };
}

/** The repository that an address names, as far as its host and path tell. */
export type ParsedAddress =
  | { readonly kind: 'public'; readonly alias: string; readonly name: string }
  | { readonly kind: 'private'; readonly accountId: string; readonly region: string; readonly name: string }
  | { readonly kind: 'elsewhere'; readonly first: string; readonly rest: string; readonly name: string };

const privateHosts =
  /^([0-9]{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|on\.aws|localhost)(?::\d+)?$/;
const publicHosts = /^(?:public\.ecr\.aws|ecr-public\.aws\.com)(?::\d+)?$/;

/**
 * Reads `<host>/<path>`. AWS's own hosts name the registry; on other hosts the path must.
 * @throws InvalidParameterException if the host names a region that cannot exist
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

/** Gives the kind of registry that one of AWS's own hosts serves; undefined for any other host. */
export function kindOfHost(host: string): 'public' | 'private' | undefined {
  return privateHosts.test(host) ? 'private' : publicHosts.test(host) ? 'public' : undefined;
}
