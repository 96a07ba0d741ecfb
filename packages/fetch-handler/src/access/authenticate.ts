import type { UserIdentity } from '@coracle/core';
import type { AccessOptions } from './options.ts';
export type Credentials =
  | { readonly kind: 'none' }
  | { readonly kind: 'user'; readonly identity: UserIdentity; readonly until?: number }
  | { readonly kind: 'token'; readonly text: string }
  | { readonly kind: 'refused' };
export interface Login {
  readonly user: string;
  readonly password: string;
}
export function authenticator({ users = [] }: AccessOptions) {
  const ofPassword = async ({ user, password }: Login): Promise<Credentials> => {
    if (user === 'AWS') return { kind: 'token', text: password };
    const found = users.find((one) => one.name === user && one.password === password);
    return found
      ? { kind: 'user', identity: { kind: 'user', name: found.name, rights: found.rights } }
      : { kind: 'refused' };
  };
  return {
    ofPassword,
    async ofHeader(header: string | null): Promise<Credentials> {
      if (header === null) return { kind: 'none' };
      const [, scheme = '', text = ''] = /^(basic|bearer) +(\S+) *$/i.exec(header) ?? [];
      if (scheme.toLowerCase() === 'bearer') return { kind: 'token', text };
      const [user = '', ...rest] = atob(text).split(':');
      return scheme === '' ? { kind: 'refused' } : ofPassword({ user, password: rest.join(':') });
    },
  };
}
