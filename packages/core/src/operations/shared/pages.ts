import type { Context } from '../../domain/context.ts';
import type { PageStart } from '../../domain/pages.ts';
import { longestToken } from '../../domain/signer.ts';
import { isObject, parseJson } from '../../domain/text.ts';
import { invalidParameter } from '../../errors.ts';

/** The input of the pageable operations. */
export interface PageInput {
  readonly nextToken?: string;
  readonly maxResults?: number;
}

const defaultPage = 100;

/**
 * The scope that a token is bound to: the operation, the registry, and anything else that decides which items exist.
 * The repository is named by its id, so that a token becomes invalid if a repository is deleted and created again.
 */
export type PageScope = readonly string[];

const scopeText = (scope: PageScope) => `page:${JSON.stringify(scope)}`;

export async function openPage(context: Context, scope: PageScope, input: PageInput): Promise<PageStart> {
  const limit = input.maxResults ?? defaultPage;
  if (input.nextToken === undefined) return { limit };
  const { nextToken } = input;
  const payload = nextToken.length > longestToken ? undefined : await context.signer.open(scopeText(scope), nextToken);
  const position = payload === undefined ? undefined : parseJson(payload);
  if (!isObject(position) || typeof position.after !== 'string') throw invalidParameter('NextToken', 'Invalid token');
  return {
    limit,
    after: position.after,
    ...(typeof position.resume === 'string' ? { resume: position.resume } : {}),
  };
}

/** Makes the token of the page after the key `after`. A hint that makes it too long is left out. */
export async function pageToken(context: Context, scope: PageScope, after: string, resume?: string): Promise<string> {
  const token = await context.signer.seal(scopeText(scope), JSON.stringify({ after, resume }));
  return token.length > longestToken && resume !== undefined ? pageToken(context, scope, after) : token;
}

/**
 * Refuses a token beside names or ids, all of which are given on one page: the service's documentation forbids it.
 * @throws InvalidParameterException if the input has a token
 */
export function refuseTokenBeside(input: PageInput, member: string): void {
  if (input.nextToken !== undefined) throw invalidParameter('NextToken', `Cannot be used together with ${member}`);
}
