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
 * The scope of a `nextToken`: the name of the operation, the registry or the repository, and anything else that decides
 * which items are listed. A `nextToken` is valid only in its own scope. A repository is in the scope by its id and not
 * by its name, so that a `nextToken` becomes invalid if the repository is deleted and created again.
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
 * Returns the `nextToken` for the page that starts after the key `after`. The token is valid only in `scope`. `resume`
 * is a hint that helps the storage to continue after the key. The token does not contain the hint if the token would
 * become too long.
 */
export async function pageToken(context: Context, scope: PageScope, after: string, resume?: string): Promise<string> {
  const token = await context.signer.seal(scopeText(scope), JSON.stringify({ after, resume }));
  return token.length > longestToken && resume !== undefined ? pageToken(context, scope, after) : token;
}

/**
 * Checks that an input with `member` has no `nextToken`. `member` is the name of a list such as `imageIds`, which names
 * the items to return. All of these items are returned on one page, and the documentation of AWS does not allow
 * `nextToken` together with such a list.
 * @throws InvalidParameterException if the input has a `nextToken`
 */
export function refuseTokenBeside(input: PageInput, member: string): void {
  if (input.nextToken !== undefined) throw invalidParameter('NextToken', `Cannot be used together with ${member}`);
}
