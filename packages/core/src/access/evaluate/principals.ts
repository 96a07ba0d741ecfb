import { listOf, type PolicyPrincipals } from './policy-document.ts';
import { type PolicyPrincipal, roleOfSession } from './policy-request.ts';

/**
 * Returns whether the `Principal` of a statement names a caller. An account id and the ARN of the root of an account
 * name every principal of the account. The ARN of a role also names the sessions of the role.
 */
export const namesCaller = (principals: PolicyPrincipals, caller: PolicyPrincipal | undefined): boolean =>
  namedIn(principals).some(
    (named) =>
      named === '*' || (caller !== undefined && (accountIn(named) === caller.accountId || isCaller(named, caller))),
  );

/**
 * Returns whether the `NotPrincipal` of a statement that denies makes an exception for a caller.
 *
 * AWS checks the account of a caller before the caller itself. So the exception must name the account of the caller. If
 * the exception also names principals of the account, only these principals are excepted, not the whole account (IAM
 * user guide, "AWS JSON policy elements: NotPrincipal").
 */
export function exceptsCaller(principals: PolicyPrincipals, caller: PolicyPrincipal | undefined): boolean {
  const named = namedIn(principals);
  if (named.includes('*')) return true;
  if (!caller || !named.some((one) => accountIn(one) === caller.accountId)) return false;
  const inAccount = named.filter((one) => accountIn(one) === undefined && one.split(':')[4] === caller.accountId);
  return isRoot(caller) || inAccount.length === 0 || inAccount.some((one) => isCaller(one, caller));
}

const namedIn = (principals: PolicyPrincipals): readonly string[] =>
  principals === '*' ? ['*'] : listOf(principals.AWS ?? []);

/** Returns the account that an account id or the ARN of an account's root names. Returns undefined for other names. */
const accountIn = (named: string): string | undefined => /^(?:arn:[^:]+:iam::)?(\d{12})(?::root)?$/.exec(named)?.[1];

const isRoot = ({ arn }: PolicyPrincipal): boolean => accountIn(arn) !== undefined;

function isCaller(named: string, { arn }: PolicyPrincipal): boolean {
  if (named === arn) return true;
  const role = roleOfSession(arn);
  // The ARN of a session has no path, and the name of a role is unique in its account.
  return role !== undefined && role === named.replace(/(?<=:role\/)(?:[^/]+\/)+/, '');
}
