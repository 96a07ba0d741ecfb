import type { Visitor } from '../access/identity.ts';

/** The AWS identity that calls an operation: its ARN, account and region. */
export interface Caller {
  /** The ARN of the caller in IAM, such as `arn:aws:iam::123456789012:root`. */
  readonly principal: string;
  readonly accountId: string;
  readonly region: string;
  /**
   * Whether the registry may keep the byte arrays of the input without a copy, because the caller does not change them
   * after the call. False by default.
   */
  readonly handsOver?: boolean;
  /** Says who sent the request of the call. Undefined if the call comes from the program itself. */
  readonly visitor?: Visitor | undefined;
  /** Whether nobody has checked who sent the request of the call, because access is open. False by default. */
  readonly unchecked?: boolean | undefined;
}
