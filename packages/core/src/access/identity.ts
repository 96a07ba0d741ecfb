/** The rights of a user: `pull` reads images and lists, and `push` writes and deletes images. */
export type Right = 'pull' | 'push';

/** A caller with an AWS identity. The rules of IAM and the repository policies say what the caller may do. */
export interface AccountIdentity {
  readonly kind: 'account';
  /** The AWS account of the caller, 12 digits. */
  readonly accountId: string;
  /** The ARN of the caller, such as `arn:aws:iam::123456789012:user/ci`. */
  readonly arn: string;
  /** The access key that the caller has signed a request with, or has got a token with. */
  readonly accessKeyId?: string | undefined;
  /** Follows from the secret of the access key. A token contains it, so that the token ends with the secret. */
  readonly proof?: string | undefined;
}

/** A user of the registry itself, with a name and with rights in all repositories of the registry's own account. */
export interface UserIdentity {
  readonly kind: 'user';
  readonly name: string;
  readonly rights: readonly Right[];
  /** `jwt` if the name and the rights come from a signed JWT, and not from a list of users. */
  readonly source?: 'jwt' | undefined;
  /** Follows from the password of the user, or from the public key of JWTs. A token contains it, and ends with it. */
  readonly proof?: string | undefined;
}

/** A caller without credentials. This caller may pull public images, unless a repository policy denies it. */
export interface AnonymousIdentity {
  readonly kind: 'anonymous';
}

export type Identity = AccountIdentity | UserIdentity | AnonymousIdentity;

/**
 * The repositories and rights to which a short token limits its caller (the distribution project's "Token Scope
 * Documentation").
 */
export interface Scope {
  /** The name of the repository as a path of `/v2/` contains it: `team/web`, or `<alias>/web` for a public repository. */
  readonly repository: string;
  readonly rights: readonly Right[];
}

/**
 * Says who sent a request. A server finds this out, and the engine's access check decides by it. A call without a
 * visitor comes from the program itself, which may do everything.
 */
export interface Visitor {
  readonly identity: Identity;
  /** Whether callers without credentials may pull public images. False by default. */
  readonly publicPulls?: boolean | undefined;
  /** The scopes of the caller's token; undefined if the caller is not limited to scopes. */
  readonly scopes?: readonly Scope[] | undefined;
  /** The service for which the caller's token was issued; undefined if the caller may use both. */
  readonly service?: 'ecr' | 'ecr-public' | undefined;
  /** The region for whose private registries the caller's token was issued; undefined if the caller may use each region. */
  readonly region?: string | undefined;
  /** The values of condition keys of the request, such as `aws:SourceIp`, for the conditions of repository policies. */
  readonly conditions?: Readonly<Record<string, string>> | undefined;
}
