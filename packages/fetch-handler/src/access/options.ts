import type { Right } from '@coracle/core';
export type Access = 'open' | AccessOptions;
export interface AccessOptions {
  readonly keys?:
    | readonly AccessKey[]
    | ((accessKeyId: string) => AccessKey | undefined | Promise<AccessKey | undefined>);
  readonly users?: readonly User[];
  readonly jwt?: { readonly publicKey: JsonWebKey | string };
  readonly anonymousPull?: boolean;
  readonly tokenSecret?: string | readonly string[];
  readonly clock?: () => number;
  readonly sourceIp?: (request: Request) => string | undefined;
}
export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
  readonly accountId?: string;
  readonly principal?: string;
}
export interface User {
  readonly name: string;
  readonly password: string;
  readonly rights: readonly Right[];
}
export function checkAccess(_: AccessOptions): void {}
