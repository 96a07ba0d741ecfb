/**
 * Connects clients of the AWS SDK for JavaScript v3 to a Coracle registry in the same process:
 * `new ECRPUBLICClient(awsSdk(registry))`, `new ECRClient(awsSdk(registry))`.
 */
export { type AwsSdkConfig, type AwsSdkOptions, awsSdk, type SdkCredentials } from './aws-sdk.ts';
export type { SdkRequest, SdkRequestHandler, SdkRequestOptions, SdkResponse } from './request-handler.ts';
export type { AnsweringRegistry, LocalRegistry, SdkRegistry } from './sdk-registry.ts';
