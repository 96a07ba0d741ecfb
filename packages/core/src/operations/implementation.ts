import type { Caller } from '../domain/caller.ts';
import type { Context } from '../domain/context.ts';
import type { InputOf, OperationName, OutputOf, ServiceName, Services } from '../model/index.ts';

/** The options of a call. They say who calls; by default it is the engine's own account in its own region. */
export interface CallOptions {
  /** The AWS account of the caller, 12 digits; by default the account of the engine. */
  readonly accountId?: string | undefined;
  /**
   * The AWS region of the call; by default the region of the engine. Amazon ECR has a registry in each region. ECR
   * Public is called in us-east-1.
   */
  readonly region?: string | undefined;
  /**
   * The ARN of the IAM user or role that calls; `arn:aws:iam::<accountId>:root` by default. No call is refused because
   * of it, because every caller may do everything.
   */
  readonly principal?: string | undefined;
  /**
   * Whether the caller promises never to change the bytes in the input after the call, so that they need not be copied;
   * false by default.
   */
  readonly handsOver?: boolean | undefined;
}

type Whole = string | number | boolean | Date | Uint8Array;

/**
 * The type of an input as callers may write it. Any member may be undefined, as in the inputs of the AWS SDK's
 * commands. At run time, a call without a required member is rejected.
 */
export type CallInput<T> = T extends Whole
  ? T
  : T extends readonly (infer Item)[]
    ? readonly CallInput<Item>[]
    : { readonly [K in keyof T]: CallInput<T[K]> | undefined };

/** The options of a paginator. They have the names of the AWS SDK's paginator options. */
export interface PageOptions extends CallOptions {
  /** The maximum number of items in a page, from 1 to 1,000; 100 by default. */
  readonly pageSize?: number;
  /**
   * The `nextToken` of an earlier page, to start after that page. By default the paginator starts with the first page.
   */
  readonly startingToken?: string;
  /**
   * Whether the paginator ends if a page has the same `nextToken` as the page before. By default it asks for the next
   * page again.
   */
  readonly stopOnSameToken?: boolean;
}

/** The function that carries out an operation. Its input has been validated already. */
export type Implementation<N extends ServiceName, O extends OperationName<N>> = (
  context: Context,
  caller: Caller,
  input: InputOf<N, O & keyof Services[N]>,
) => Promise<OutputOf<N, O & keyof Services[N]>>;

/** Maps the name of each operation of a service to the function that carries it out. */
export type Implementations<N extends ServiceName> = { readonly [O in OperationName<N>]: Implementation<N, O> };
