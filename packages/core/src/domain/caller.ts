/** The caller of an operation. */
export interface Caller {
  /** The caller as an ARN of IAM: `arn:aws:iam::123456789012:root`. */
  readonly principal: string;
  readonly accountId: string;
  readonly region: string;
  /** Whether the caller transfers the bytes of its input to the registry, so that they need not be copied. */
  readonly handsOver?: boolean;
}
