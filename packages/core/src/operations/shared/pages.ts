import type { Context } from '../../domain/context.ts';
import type { PageStart } from '../../domain/pages.ts';
import { longestToken } from '../../domain/signer.ts';
import { isObject, parseJson } from '../../domain/text.ts';
import { invalidParameter } from '../../errors.ts';

/** What the pageable operations take. */
export interface PageInput {
  readonly nextToken?: string;
  readonly maxResults?: number;
}

const defaultPage = 100;

/**
 * What a token is bound to: the operation, the registry, and what else decides which items there are.
 * The repository goes in by its id, so that a token does not outlive a repository that is created again.
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

/** Makes the token for what comes after the key `after`. A hint that makes it too long is left out. */
export async function pageToken(context: Context, scope: PageScope, after: string, resume?: string): Promise<string> {
  const token = await context.signer.seal(scopeText(scope), JSON.stringify({ after, resume }));
  return token.length > longestToken && resume !== undefined ? pageToken(context, scope, after) : token;
}

/** Names or ids give all of them on one page: the service's documentation forbids a token beside them. */
export function refuseTokenBeside(input: PageInput, member: string): void {
  if (input.nextToken !== undefined) throw invalidParameter('NextToken', `Cannot be used together with ${member}`);
}
