import type { Context } from '../../domain/context.ts';
import type { PageStart } from '../../domain/pages.ts';
import { longestToken } from '../../domain/signer.ts';
import { isObject, parseJson } from '../../domain/text.ts';
import { invalidParameter } from '../../errors.ts';

/** The members for paging in the input of an operation that returns pages. */
export interface PageInput {
  readonly nextToken?: string;
  readonly maxResults?: number;
}

const defaultPage = 100;

/**
 * The scope that a `nextToken` is valid for: the operation, the registry, and anything else that decides which items
 * are listed. The scope has the id of a repository and not its name, so that a token becomes invalid if the repository
 * is deleted and created again.
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

/**
 * Returns the `nextToken` of the page that starts after the key `after`. `resume` helps the storage to continue there.
 * It is left out if the token would become too long.
 */
export async function pageToken(context: Context, scope: PageScope, after: string, resume?: string): Promise<string> {
  const token = await context.signer.seal(scopeText(scope), JSON.stringify({ after, resume }));
  return token.length > longestToken && resume !== undefined ? pageToken(context, scope, after) : token;
}

/**
 * Checks that the input has no `nextToken` if it names the items to return, because such items are all returned on one
 * page. The documentation of AWS does not allow both.
 * @throws InvalidParameterException if the input has a `nextToken`
 */
export function refuseTokenBeside(input: PageInput, member: string): void {
  if (input.nextToken !== undefined) throw invalidParameter('NextToken', `Cannot be used together with ${member}`);
}
