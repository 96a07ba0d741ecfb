import type { Visitor } from '../access/identity.ts';
import type { Caller } from '../domain/caller.ts';
import type { Context } from '../domain/context.ts';
import type { InputOf, OperationName, OutputOf, ServiceName, Services } from '../model/index.ts';

/**
 * The options of a call to a registry. Most of these options say who makes the call. By default, the caller is the
 * engine's own account in the engine's own region.
 */
export interface CallOptions {
  /** The AWS account of the caller, 12 digits; by default the account of the engine. */
  readonly accountId?: string | undefined;
  /**
   * The AWS region of the call; by default the region of the engine. Amazon ECR has a registry in each region. If this
   * option is given and is not us-east-1, Amazon ECR Public accepts only operations on images and layers.
   */
  readonly region?: string | undefined;
  /**
   * The ARN of the IAM user or role that makes the call; `arn:aws:iam::<accountId>:root` by default. The access check
   * does not depend on it.
   */
  readonly principal?: string | undefined;
  /**
   * Says who sent the request of this call. The call is then allowed or refused by this visitor's rights and by the
   * repository policies. A call without a visitor comes from the program itself, and may do everything.
   */
  readonly visitor?: Visitor | undefined;
  /**
   * If true, nobody has checked who sent the request of this call, because access is open. A token that the call issues is
   * then not accepted once access is closed. The default is false.
   */
  readonly unchecked?: boolean | undefined;
  /**
   * If true, the caller promises not to change the bytes in the input after the call, and the engine does not copy
   * these bytes. The default is false.
   */
  readonly handsOver?: boolean | undefined;
}

type Whole = string | number | boolean | Date | Uint8Array;

/**
 * The type of the input that a caller passes to an operation. Every member may be undefined, as in the inputs of the
 * AWS SDK's commands. If a required member is undefined, the call rejects at run time.
 */
export type CallInput<T> = T extends Whole
  ? T
  : T extends readonly (infer Item)[]
    ? readonly CallInput<Item>[]
    : { readonly [K in keyof T]: CallInput<T[K]> | undefined };

/** The options of a paginator. These options have the same names as in the paginators of the AWS SDK. */
export interface PageOptions extends CallOptions {
  /** The maximum number of items in a page, from 1 to 1,000; 100 by default. */
  readonly pageSize?: number;
  /**
   * The `nextToken` of an earlier page. The paginator starts with the page after that earlier page. By default, the
   * paginator starts with the first page.
   */
  readonly startingToken?: string;
  /**
   * If true, the paginator ends when a page has the same `nextToken` as the page before. By default, the paginator
   * ignores this and requests the next page.
   */
  readonly stopOnSameToken?: boolean;
}

/**
 * The type of the function that carries out an operation. The engine checks the input before it calls this function.
 */
export type Implementation<N extends ServiceName, O extends OperationName<N>> = (
  context: Context,
  caller: Caller,
  input: InputOf<N, O & keyof Services[N]>,
) => Promise<OutputOf<N, O & keyof Services[N]>>;

/** Maps the name of each operation of a service to the function that carries it out. */
export type Implementations<N extends ServiceName> = { readonly [O in OperationName<N>]: Implementation<N, O> };
