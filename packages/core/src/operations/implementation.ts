import type { Caller } from '../domain/caller.ts';
import type { Context } from '../domain/context.ts';
import type { InputOf, OperationName, OutputOf, ServiceName, Services } from '../model/index.ts';

/** The caller of an operation. By default it is the engine's own account and region. */
export interface CallOptions {
  /** 12 digits. */
  readonly accountId?: string | undefined;
  /** An AWS region. Amazon ECR has a registry in each; ECR Public is reached through us-east-1. */
  readonly region?: string | undefined;
  /**
   * The caller as an ARN of IAM; `arn:aws:iam::<accountId>:root` by default. Access is open: no call is refused because
   * of it.
   */
  readonly principal?: string | undefined;
  /**
   * Whether the caller promises never to change the input's bytes again, so that they need not be copied; false by
   * default.
   */
  readonly handsOver?: boolean | undefined;
}

type Whole = string | number | boolean | Date | Uint8Array;

/**
 * An input as a caller may write it. Any member may be undefined, as in the inputs of the AWS SDK's commands; a call
 * without a required member is refused.
 */
export type CallInput<T> = T extends Whole
  ? T
  : T extends readonly (infer Item)[]
    ? readonly CallInput<Item>[]
    : { readonly [K in keyof T]: CallInput<T[K]> | undefined };

/** The settings of a paginator. They are the same as those of the AWS SDK's paginators. */
export interface PageOptions extends CallOptions {
  /** Items a page, 1 to 1,000; 100 by default. */
  readonly pageSize?: number;
  /** The token to start with: the `nextToken` of an earlier page. */
  readonly startingToken?: string;
  /** Whether to end when a page's token equals the one before, instead of asking for the same page forever. */
  readonly stopOnSameToken?: boolean;
}

/** An operation on input that has been validated. */
export type Implementation<N extends ServiceName, O extends OperationName<N>> = (
  context: Context,
  caller: Caller,
  input: InputOf<N, O & keyof Services[N]>,
) => Promise<OutputOf<N, O & keyof Services[N]>>;

/** All operations of a service, each by its own name. */
export type Implementations<N extends ServiceName> = { readonly [O in OperationName<N>]: Implementation<N, O> };
