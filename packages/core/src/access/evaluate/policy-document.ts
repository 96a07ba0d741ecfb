type OneOrMore<T> = T | readonly T[];

/**
 * The principals of a policy statement: `'*'` for every caller, or lists by kind. Only the kind `AWS` can name a caller
 * of the registry.
 */
export type PolicyPrincipals =
  | '*'
  | Readonly<Partial<Record<'AWS' | 'Service' | 'Federated' | 'CanonicalUser', OneOrMore<string>>>>;

/** The `Condition` of a policy statement: values by operator, such as `StringEquals`, and by condition key. */
export type PolicyCondition = Readonly<Record<string, Readonly<Record<string, OneOrMore<string | number | boolean>>>>>;

/** A statement of a repository policy, as in IAM's policy language. */
export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: PolicyPrincipals;
  readonly NotPrincipal?: PolicyPrincipals;
  readonly Action?: OneOrMore<string>;
  readonly NotAction?: OneOrMore<string>;
  /** ARNs of repositories, with wildcards. If the statement has no resource, the statement is about its repository. */
  readonly Resource?: OneOrMore<string>;
  readonly NotResource?: OneOrMore<string>;
  readonly Condition?: PolicyCondition;
}

/** A repository policy: the parsed JSON of the `policyText` that SetRepositoryPolicy has accepted. */
export interface PolicyDocument {
  /** The version of the policy language. Only `2012-10-17` has variables such as `${aws:username}`. */
  readonly Version?: '2008-10-17' | '2012-10-17';
  readonly Id?: string;
  readonly Statement: OneOrMore<PolicyStatement>;
}

/** Returns the values of a member that may have one value or a list of values. */
export const listOf = <T extends string | number | boolean | object>(value: OneOrMore<T>): readonly T[] =>
  Array.isArray(value) ? value : [value as T];
