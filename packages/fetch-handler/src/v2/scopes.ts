import type { Right, Scope } from '@coracle/core';
import { refusal } from './errors.ts';

/** The maximum length of all scopes of a request together, in characters. They become a part of the token. */
const longestScopes = 1000;

/**
 * Reads the scopes of a request for a token (the distribution project's "Token Scope Documentation"), such as
 * `repository:team/web:pull,push`. Unknown scopes are ignored.
 * @returns undefined if the token is not limited, because the client asks for the scope `aws` of ECR Public
 * @throws RegistryError with the status 400 if the scopes are too long for a token
 */
export function readScopes(texts: readonly string[]): readonly Scope[] | undefined {
  const all = texts.flatMap((text) => text.split(' '));
  if (all.includes('aws')) return undefined;
  if (all.join(' ').length > longestScopes) {
    throw refusal(
      'SIZE_INVALID',
      400,
      `The scopes of a token may have at most ${longestScopes} characters: request several tokens`,
    );
  }
  return all.flatMap((text) => {
    const [, repository, actions = ''] =
      /^repository(?:\([a-z0-9]+\))?:([^:\s]+(?::\d+\/[^:\s]+)?):(\S*)$/.exec(text) ?? [];
    if (repository !== undefined) return [{ repository, rights: rightsOf(actions) }];
    return text === 'registry:catalog:*' ? [{ repository: '_catalog', rights: ['pull'] }] : [];
  });
}

const rightsOf = (actions: string): readonly Right[] => {
  const all = actions.split(',');
  const has = (...names: readonly string[]) => names.some((name) => all.includes(name));
  return [...(has('pull', '*') ? (['pull'] as const) : []), ...(has('push', 'delete', '*') ? (['push'] as const) : [])];
};
