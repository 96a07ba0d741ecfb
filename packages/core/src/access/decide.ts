import { repositoryArn } from '../domain/registries/addresses.ts';
import { findPolicy } from '../domain/repositories/policies.ts';
import { accessDenied, loginNeeded, scopeTooSmall, tokenOfOtherRegion, tokenOfOtherService } from '../errors.ts';
import type { Action } from './action.ts';
import { evaluatePolicy, type PolicyDecision } from './evaluate/evaluate.ts';
import type { PolicyPrincipal, PolicyRequest } from './evaluate/policy-request.ts';
import type { Identity, Visitor } from './identity.ts';
import type { AccessCheck, Asked, Guarded } from './policy.ts';
import { permits, rightsFor } from './rights.ts';

/**
 * The actions that callers without credentials may do in public repositories, as on ECR Public ("Pulling an image from
 * Amazon ECR Public" of its user guide).
 */
const publicPulls: ReadonlySet<Action> = new Set<Action>([
  'BatchCheckLayerAvailability',
  'BatchGetImage',
  'GetDownloadUrlForLayer',
  'ListImages',
]);

/** The maximum length of the value of a condition key, in characters. Long values would make patterns slow. */
const longestCondition = 1024;

/**
 * The access check for closed access, which decides by the visitor of a call. A call without a visitor is allowed, because it comes
 * from the program itself.
 *
 * The account of a registry may do everything in it. Another account needs a repository policy that allows the action.
 * A user needs a right. A caller without credentials may pull public images if `publicPulls` is set. A repository policy
 * that denies the action refuses each of them (IAM user guide, "Policy evaluation logic").
 */
export const repositoryPolicies: AccessCheck = (registry) => (asked) => {
  const { visitor } = asked.caller;
  return visitor && decide(registry, asked, visitor);
};

async function decide(registry: Guarded, asked: Asked, visitor: Visitor): Promise<void> {
  checkToken(asked, visitor);
  const { identity } = visitor;
  const granted = isGranted(registry, asked, visitor);
  // No repository policy gives rights to these callers.
  if (!granted && identity.kind !== 'account') throw refused(asked, identity);
  const { decision, reason } = await policyDecision(registry, asked, visitor);
  if (decision === 'Allow' || (granted && decision === undefined)) return;
  // The reason of a policy would tell a caller without rights that the repository exists.
  throw refused(asked, identity, granted ? reason : undefined);
}

/** Returns whether the visitor may do the action unless the repository policy denies it. */
function isGranted(
  { accountId }: Guarded,
  { action, registry, name }: Asked,
  { identity, publicPulls: arePublic = false }: Visitor,
): boolean {
  if (arePublic && registry.kind === 'public' && name !== undefined && publicPulls.has(action)) return true;
  if (identity.kind === 'user') return registry.accountId === accountId && permits(identity.rights, action);
  // Every AWS identity may request a token. The token carries the rights of the identity.
  return (
    identity.kind === 'account' && (registry.accountId === identity.accountId || action === 'GetAuthorizationToken')
  );
}

/**
 * Checks that the token of the visitor was issued for this service, region, repository and action.
 * @throws AccessDeniedException with the code UNAUTHORIZED if another token is necessary
 */
function checkToken({ action, registry, name }: Asked, { scopes, service, region }: Visitor): void {
  const asked = registry.kind === 'public' ? 'ecr-public' : 'ecr';
  if (service !== undefined && service !== asked) throw tokenOfOtherService({ issued: service, asked });
  if (asked === 'ecr' && region !== undefined && region !== registry.region) {
    throw tokenOfOtherRegion({ issued: region, asked: registry.region });
  }
  if (scopes === undefined) return;
  const repository = scopeName(registry.kind === 'public' ? registry.writtenAs : undefined, name);
  const isInScope = scopes.some((scope) => scope.repository === repository && permits(scope.rights, action));
  if (!isInScope) throw scopeTooSmall({ repository, action });
}

/** The name of the scope for the list of all repositories. No repository can have this name. */
const catalog = '_catalog';

const scopeName = (alias: string | undefined, name: string | undefined): string =>
  name === undefined ? catalog : alias === undefined ? name : `${alias}/${name}`;

/** Returns the decision of the repository policy. If the policy denies the action, `reason` says why. */
async function policyDecision(
  { store }: Guarded,
  asked: Asked,
  visitor: Visitor,
): Promise<{ decision: PolicyDecision; reason?: string }> {
  const { conditions = {} } = visitor;
  const { repository } = asked;
  const policy = asked.proposed ?? (repository && (await findPolicy(store, repository)));
  if (!policy) return { decision: undefined };
  const long = Object.entries(conditions).find(([, value]) => value.length > longestCondition);
  if (long) {
    const reason = `because the value of ${long[0]} is longer than ${longestCondition} characters`;
    return { decision: 'Deny', reason };
  }
  const decision = evaluatePolicy(policy, requestOf(asked, visitor));
  return { decision, reason: 'with an explicit deny in a resource-based policy' };
}

const requestOf = (asked: Asked, { identity, conditions = {} }: Visitor): PolicyRequest => ({
  principal: principalOf(asked, identity),
  action: actionOf(asked),
  resource: resourceOf(asked),
  context: conditions,
});

/**
 * Returns the identity that a repository policy sees. A user of the registry is an IAM user of the registry's account,
 * so that a policy can deny an action to one user.
 */
function principalOf({ registry }: Asked, identity: Identity): PolicyPrincipal | undefined {
  if (identity.kind === 'anonymous') return undefined;
  if (identity.kind === 'account') return identity;
  const { accountId } = registry;
  return { accountId, arn: `arn:aws:iam::${accountId}:user/${identity.name}` };
}

const actionOf = ({ registry, action }: Asked): string =>
  `${registry.kind === 'public' ? 'ecr-public' : 'ecr'}:${action}`;

const resourceOf = ({ registry, name }: Asked): string => (name === undefined ? '*' : repositoryArn(registry, name));

/** Makes the error for a refused action. The error is the same whether or not the repository exists. */
function refused(asked: Asked, identity: Identity, reason = reasonFor(asked, identity)): Error {
  if (identity.kind === 'anonymous') return loginNeeded();
  const who = identity.kind === 'account' ? identity.arn : identity.name;
  return accessDenied({ who, action: actionOf(asked), resource: resourceOf(asked), reason });
}

function reasonFor(asked: Asked, identity: Identity): string {
  if (identity.kind === 'account') {
    return `because no resource-based policy allows the ${actionOf(asked)} action`;
  }
  const [right] = rightsFor(asked.action);
  if (right === undefined) return 'because a user of the registry cannot do this action: use an AWS access key';
  return identity.kind === 'user' && identity.rights.includes(right)
    ? 'because the repository belongs to another account'
    : `because the user does not have the right '${right}'`;
}
