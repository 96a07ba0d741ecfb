import type { Engine, EngineOptions } from '@coracle/core';
import type { TestHelpers } from '@coracle/core/testing';
import type { AccessOptions, FetchHandlerOptions } from '../src/index.ts';
import { origin, type Served, served } from './served.ts';
import { accessKeyId, type SignerOptions, sdkSigner, secretAccessKey, sentBySdk } from './sigv4/signed.ts';

export const account = '123456789012';
export const alias = 'acme';
export const other = { accessKeyId: 'AKIDOTHER', secretAccessKey: 'x'.repeat(40), accountId: '999999999999' };
const users = [
  { name: 'alice', password: 'open sesame', rights: ['pull', 'push'] },
  { name: 'bob', password: 'just looking', rights: ['pull'] },
] as const;
export const now = Date.parse('2026-11-29T12:00:00Z');

export interface Closed extends Served {
  readonly engine: Engine & TestHelpers;
  /** Sends a call that is signed as the AWS SDK signs it. */
  signed(operation: string, input?: object, signer?: SignerOptions): Promise<Response>;
}

/** A registry whose access is closed: two access keys of two accounts, and two users. Its clocks stand still. */
export function closed(
  access: AccessOptions = {},
  options: FetchHandlerOptions = {},
  engineOptions: Partial<Omit<EngineOptions, 'services'>> = {},
): Closed {
  const given = { keys: [{ accessKeyId, secretAccessKey }, other], users, clock: () => now, ...access };
  const all = { accountId: account, registryAlias: alias, clock: () => now, ...engineOptions };
  const made = served({ ...options, access: given }, all);
  return {
    ...made,
    async signed(operation, input, signer) {
      const { url, ...init } = await signedRequest(operation, input, signer);
      return made.fetch(url, init);
    },
  };
}

/** Signs a call as the AWS SDK does: `ecr.DescribeRepositories` or `ecr-public.DescribeRepositories`. */
export async function signedRequest(name: string, input: object = {}, signer: SignerOptions = {}) {
  const [service = '', operation = ''] = name.split('.');
  const target = service === 'ecr' ? 'AmazonEC2ContainerRegistry_V20150921' : 'SpencerFrontendService';
  const { protocol, hostname, port, host } = new URL(origin);
  const headers = {
    host,
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': `${target}.${operation}`,
  };
  const request = { method: 'POST', protocol, hostname, port: Number(port), path: '/', headers };
  const body = JSON.stringify(input);
  const signing = sdkSigner({ region: 'us-east-1', service, ...signer });
  const sent = sentBySdk(await signing.sign({ ...request, body }, { signingDate: new Date(now) }));
  return { ...sent, headers: Object.fromEntries(sent.headers) };
}

export const basic = (user: string, password: string): string => `Basic ${btoa(`${user}:${password}`)}`;
export const alice = { authorization: basic('alice', 'open sesame') };
export const bob = { authorization: basic('bob', 'just looking') };
