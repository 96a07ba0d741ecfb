import { isRegion, refuseUnknown } from '@coracle/core';
import { CredentialWriter } from './credential-writer.ts';
import { requestHandler, type SdkRequestHandler } from './request-handler.ts';
import type { AnsweringRegistry, LocalRegistry, SdkRegistry } from './sdk-registry.ts';

/** The options of `awsSdk()`: the account and the region of the SDK's client. */
export interface AwsSdkOptions {
  /** The id of the client's AWS account, 12 digits; the registry's own account by default. */
  readonly accountId?: string;
  /**
   * The AWS region of the client; the registry's own region by default. If this option is not given, calls of ECR
   * Public count as calls in us-east-1, regardless of the registry's region.
   */
  readonly region?: string;
}

/** The credentials of a client of the AWS SDK. The members are not read-only, because the SDK writes to the object. */
export interface SdkCredentials {
  accessKeyId: string;
  secretAccessKey: string;
}

/**
 * The configuration that `awsSdk()` returns. A client of the AWS SDK with this configuration calls a registry in the
 * same process instead of AWS.
 */
export interface AwsSdkConfig {
  region: string;
  /** The credentials of the caller. The access key id is the id of the account. The registry ignores the secret. */
  credentials: SdkCredentials;
  requestHandler: SdkRequestHandler;
  /**
   * The maximum number of attempts of a call. It is 1, because a call that fails in the same process would fail again
   * for the same reason.
   */
  maxAttempts: number;
  /**
   * The class that the AWS SDK uses instead of its own signer. An instance writes the caller into each request, but
   * does not sign the request.
   */
  signerConstructor: typeof CredentialWriter;
}

const names: readonly string[] = ['accountId', 'region'] satisfies (keyof AwsSdkOptions)[];

/**
 * Returns the configuration that connects a client of the AWS SDK for JavaScript v3 to a registry in the same process,
 * without a network and without ports: `new ECRClient(awsSdk(registry))`. To replace a member of the configuration,
 * spread the configuration first: `new ECRClient({ ...awsSdk(registry), region: 'eu-west-1' })`.
 * @throws TypeError if the first argument is not a registry, or if an option is invalid
 */
export function awsSdk(registry: SdkRegistry, options: AwsSdkOptions = {}): AwsSdkConfig {
  demand(
    isRegistry(registry),
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

/** A caller in JavaScript may pass anything. */
const isRegistry = (value: Partial<LocalRegistry & AnsweringRegistry> | undefined | null): boolean =>
  typeof value?.invoke === 'function' || typeof value?.answerAwsJson === 'function';

function demand(holds: boolean, sentence: string): void {
  if (!holds) throw new TypeError(sentence);
}
