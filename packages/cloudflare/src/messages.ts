import { type EngineOptions, type FailureOptions, type OciCode, RegistryError } from '@coracle/core';

/** The settings of the engine that are plain data, so that a Worker can send them to the object. */
export type ObjectSettings = Pick<
  EngineOptions,
  'accountId' | 'region' | 'registryAlias' | 'verified' | 'limits' | 'secret'
> & {
  readonly endpoint?: string;
  /** The name of the binding of the bucket or namespace that keeps the content. */
  readonly pieces: string;
};

/** A call of the Worker to the object. */
export interface CallMessage {
  readonly settings: ObjectSettings;
  /** `invoke`, or the name of a method of `engine.distribution`. */
  readonly method: string;
  readonly args: readonly unknown[];
}

/** An error as plain data. An error that an object throws would reach the Worker without its members. */
export interface FailureMessage extends Pick<FailureOptions, 'fault' | 'retryable' | 'members'> {
  readonly name: string;
  readonly message: string;
  readonly ociCode: OciCode;
}

/** The result of a call: a value, or the failure of the call. */
export type ResultMessage = { readonly value: unknown } | { readonly failure: FailureMessage };

export const failureMessage = ({
  name,
  message,
  ociCode,
  members,
  fault,
  retryable,
}: RegistryError): FailureMessage => ({ name, message, ociCode, members, fault, retryable });

export const failureIn = ({ name, message, ociCode, ...options }: FailureMessage): RegistryError =>
  new RegistryError(name, message, ociCode, options);

/** The object as a Worker calls it by RPC. */
export interface RegistryStub {
  call(message: CallMessage): Promise<ResultMessage>;
}
