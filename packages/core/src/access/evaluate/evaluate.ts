import { allMatch, conditionMatches, type Evaluation, type Match } from './conditions.ts';
import { matchesResource, matchesText, patternOf, resourcePatternOf } from './patterns.ts';
import { listOf, type PolicyDocument, type PolicyStatement } from './policy-document.ts';
import { conditionKeys, type PolicyRequest } from './policy-request.ts';
import { exceptsCaller, namesCaller } from './principals.ts';

/** The result of a policy for a request. Undefined if no statement of the policy matches the request. */
export type PolicyDecision = 'Allow' | 'Deny' | undefined;

/**
 * Evaluates a repository policy for a request by AWS's rules. Returns `'Deny'` if a statement with the effect `Deny`
 * matches the request, `'Allow'` if only statements with the effect `Allow` match, and undefined if no statement matches.
 *
 * If a condition cannot be decided, for example because its operator is unknown or because a value is not a number, the
 * statement matches if it denies, and does not match if it allows. So a mistake in a condition never allows a request.
 * @param policy a policy that SetRepositoryPolicy has accepted; other documents may give any result
 */
export function evaluatePolicy(policy: PolicyDocument, request: PolicyRequest): PolicyDecision {
  const keys = conditionKeys(request);
  const evaluation = { keys, variables: policy.Version === '2012-10-17' ? keys : undefined };
  const effects = listOf(policy.Statement)
    .filter((statement) => statementMatches(statement, request, evaluation))
    .map(({ Effect }) => Effect);
  if (effects.includes('Deny')) return 'Deny';
  return effects.includes('Allow') ? 'Allow' : undefined;
}

/**
 * Returns whether a caller may do an action in a repository. The account that owns the repository is allowed unless the
 * policy denies the request. Other accounts and anonymous callers are allowed only if the policy allows the request.
 * @param policy the policy of the repository; undefined if the repository has no policy
 * @param owner the id of the account that owns the repository
 */
export function isAllowed({
  policy,
  owner,
  request,
}: {
  readonly policy: PolicyDocument | undefined;
  readonly owner: string;
  readonly request: PolicyRequest;
}): boolean {
  const decision = policy && evaluatePolicy(policy, request);
  if (decision !== undefined) return decision === 'Allow';
  return request.principal !== undefined && request.principal.accountId === owner;
}

function statementMatches(statement: PolicyStatement, request: PolicyRequest, evaluation: Evaluation): boolean {
  const { Effect, Condition = {} } = statement;
  const match =
    principalMatches(statement, request) &&
    actionMatches(statement, request) &&
    allMatch([resourceMatches(statement, request, evaluation), conditionMatches(Condition, evaluation)]);
  return match ?? Effect === 'Deny';
}

function principalMatches({ Effect, Principal, NotPrincipal }: PolicyStatement, { principal }: PolicyRequest): boolean {
  if (Principal !== undefined) return namesCaller(Principal, principal);
  if (NotPrincipal === undefined) return false;
  return !(Effect === 'Deny' ? exceptsCaller : namesCaller)(NotPrincipal, principal);
}

function actionMatches({ Action, NotAction }: PolicyStatement, request: PolicyRequest): boolean {
  const isPublic = /^ecr-public:/i.test(request.action);
  // In ECR Public, the prefixes `ecr` and `ecr-public` mean the same action.
  const normal = (action: string) =>
    isPublic ? action.toLowerCase().replace(/^ecr-public:/, 'ecr:') : action.toLowerCase();
  const names = (actions: string | readonly string[]) =>
    listOf(actions).some((action) => matchesText(patternOf(normal(action)) ?? [], normal(request.action)));
  if (Action !== undefined) return names(Action);
  return NotAction !== undefined && !names(NotAction);
}

function resourceMatches(
  { Resource, NotResource }: PolicyStatement,
  { resource }: PolicyRequest,
  { variables }: Evaluation,
): Match {
  const patterns = listOf(Resource ?? NotResource ?? '*').map((text) => resourcePatternOf(text, variables));
  const matches = patterns.some((pattern) => pattern && matchesResource(pattern, resource));
  if (NotResource === undefined || matches) return matches === (NotResource === undefined);
  return patterns.includes(undefined) ? undefined : true;
}
