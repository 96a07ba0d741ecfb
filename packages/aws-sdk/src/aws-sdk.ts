import { isRegion, refuseUnknown } from '@coracle/core';
import { CredentialWriter } from './credential-writer.ts';
import { requestHandler, type SdkRequestHandler } from './request-handler.ts';
import type { SdkRegistry } from './sdk-registry.ts';

/** The account and region that a client uses. */
export interface AwsSdkOptions {
  /** The account: 12 digits; the registry's own by default. */
  readonly accountId?: string;
  /**
   * An AWS region; the registry's own by default. If it is not given, a client of ECR Public calls through us-east-1,
   * regardless of the registry's region.
   */
  readonly region?: string;
}

/** The credentials for the SDK. The SDK tags them, so they are not read-only. */
export interface SdkCredentials {
  accessKeyId: string;
  secretAccessKey: string;
}

/** The part of a client's configuration that puts a registry behind it. */
export interface AwsSdkConfig {
  region: string;
  /** The access key is the account's id, which names the account to the registry. The secret has no meaning. */
  credentials: SdkCredentials;
  requestHandler: SdkRequestHandler;
  /** It is 1: if a registry in the same process fails, another attempt would fail for the same reason. */
  maxAttempts: number;
  /** Names the caller in each request, as a signature would, without the work of signing it. */
  signerConstructor: typeof CredentialWriter;
}

const names: readonly string[] = ['accountId', 'region'] satisfies (keyof AwsSdkOptions)[];

/**
 * Makes the configuration of a client of the AWS SDK for JavaScript v3 whose registry is this one. It uses no network
 * and no ports. Any member can be replaced after spreading it: `new ECRClient({ ...awsSdk(registry), region:
 * 'eu-west-1' })`.
 * @throws TypeError if an option is invalid
 */
export function awsSdk(registry: SdkRegistry, options: AwsSdkOptions = {}): AwsSdkConfig {
  demand(
    typeof registry?.invoke === 'function',
    'The first argument of awsSdk() must be a registry: pass the result of createRegistry()',
  );
  refuseUnknown('awsSdk', options, names);
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
