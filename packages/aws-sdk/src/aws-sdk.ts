import { isRegion } from '@coracle/core';
import { CredentialWriter } from './credential-writer.ts';
import { requestHandler, type SdkRequestHandler } from './request-handler.ts';
import type { SdkRegistry } from './sdk-registry.ts';

/** On whose behalf a client calls. */
export interface AwsSdkOptions {
  /** 12 digits; the registry's own by default. */
  readonly accountId?: string;
  /**
   * An AWS region; the registry's own by default. A client of ECR Public that is given none calls through us-east-1,
   * wherever the registry is.
   */
  readonly region?: string;
}

/** The SDK tags the credentials that it is given, so they are not read-only. */
export interface SdkCredentials {
  accessKeyId: string;
  secretAccessKey: string;
}

/** The part of a client's configuration that puts a registry behind it. */
export interface AwsSdkConfig {
  region: string;
  /** The access key is the account's id, by which the account reaches the registry. The secret means nothing. */
  credentials: SdkCredentials;
  requestHandler: SdkRequestHandler;
  /** 1: a registry in the same process fails for a reason, which another attempt would meet again. */
  maxAttempts: number;
  /** Names the caller in each request, as a signature would, without the work of signing it. */
  signerConstructor: typeof CredentialWriter;
}

const names: readonly string[] = ['accountId', 'region'] satisfies (keyof AwsSdkOptions)[];

/**
 * The configuration of a client of the AWS SDK for JavaScript v3 whose registry is this one: no network, no ports.
 * Anything can be overridden by spreading it: `new ECRClient({ ...awsSdk(registry), region: 'eu-west-1' })`.
 * @throws TypeError where an option is wrong.
 */
export function awsSdk(registry: SdkRegistry, options: AwsSdkOptions = {}): AwsSdkConfig {
  demand(typeof registry?.invoke === 'function', 'awsSdk needs a registry: what createRegistry() returns');
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  demand(unknown === undefined, `awsSdk has no option '${unknown}'; it has ${names.join(', ')}`);
  const { accountId = registry.accountId, region = registry.region } = options;
  demand(
    typeof accountId === 'string' && /^\d{12}$/.test(accountId),
    `accountId must be 12 digits, not '${accountId}'`,
  );
  demand(
    typeof region === 'string' && isRegion(region),
    `region must be an AWS region such as us-east-1, not '${region}'`,
  );
  return {
    region,
    credentials: { accessKeyId: accountId, secretAccessKey: 'coracle' },
    requestHandler: requestHandler(registry, options.region === undefined ? registry.region : undefined),
    maxAttempts: 1,
    signerConstructor: CredentialWriter,
  };
}

function demand(holds: boolean, sentence: string): void {
  if (!holds) throw new TypeError(sentence);
}
