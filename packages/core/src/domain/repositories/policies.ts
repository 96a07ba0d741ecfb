import { invalidParameter, repositoryPolicyNotFound } from '../../errors.ts';
import { keys } from '../../storage/keys.ts';
import type { Context } from '../context.ts';
import { isObject, parseJson } from '../text.ts';
import { changeRepository } from './change.ts';
import type { Repository } from './repository.ts';

/** The stored record of a policy: JSON without spaces. Each service formats the policy in its own way. */
type PolicyRecord = { readonly policy: string };

const refuse = () => invalidParameter('PolicyText', 'Invalid repository policy provided');

const statementMembers = new Set([
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]);
const versions = ['2008-10-17', '2012-10-17'];

/**
 * Reads a repository policy by the grammar of IAM's policy language; `Resource` is not needed, because a policy applies
 * to its own repository.
 * @param actions the service whose actions it may name: `ecr` or `ecr-public`
 * @throws InvalidParameterException `Invalid repository policy provided`
 */
export function readPolicy(text: string, actions: 'ecr' | 'ecr-public'): Record<string, unknown> {
  const policy = parseJson(text);
  if (!isObject(policy)) throw refuse();
  const { Version, Id, Statement, ...others } = policy;
  if (Object.keys(others).length > 0) throw refuse();
  if (Version !== undefined && !versions.includes(Version as string)) throw refuse();
  if (Id !== undefined && typeof Id !== 'string') throw refuse();
  const statements = Array.isArray(Statement) ? Statement : [Statement];
  if (statements.length === 0 || !statements.every((statement) => isStatement(statement, actions))) throw refuse();
  return policy;
}

function isStatement(statement: unknown, actions: string): boolean {
  if (!isObject(statement) || !Object.keys(statement).every((member) => statementMembers.has(member))) return false;
  const { Sid, Effect, Principal, NotPrincipal, Action, NotAction, Resource, NotResource, Condition } = statement;
  return (
    (Sid === undefined || typeof Sid === 'string') &&
    (Effect === 'Allow' || Effect === 'Deny') &&
    oneOf(Principal, NotPrincipal, isPrincipal) &&
    oneOf(Action, NotAction, (value) => all(value, (action) => isAction(action, actions))) &&
    [Resource, NotResource].every((value) => value === undefined || all(value, () => true)) &&
    (Condition === undefined || isCondition(Condition))
  );
}

/**
 * Says whether a condition is valid: it has operators, each operator has keys, and each key has a value or a list of
 * values.
 */
const isCondition = (condition: unknown): boolean =>
  isObject(condition) &&
  Object.values(condition).every(
    (operator) =>
      isObject(operator) &&
      Object.values(operator).every((value) => (Array.isArray(value) ? value : [value]).every(isScalar)),
  );

const isScalar = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value);

const oneOf = (value: unknown, not: unknown, valid: (value: unknown) => boolean): boolean =>
  value === undefined ? not !== undefined && valid(not) : not === undefined && valid(value);

/** Says whether a value is a valid text, or a list of valid texts that is not empty. */
function all(value: unknown, valid: (text: string) => boolean): boolean {
  const values = Array.isArray(value) ? value : [value];
  return values.length > 0 && values.every((one) => typeof one === 'string' && valid(one));
}

/**
 * The prefixes of actions by service. ECR Public also accepts the actions of Amazon ECR, which its own documentation
 * uses. They mean the same there.
 */
const prefixes: Readonly<Record<string, readonly string[]>> = { 'ecr-public': ['ecr-public:', 'ecr:'], ecr: ['ecr:'] };

const isAction = (action: string, service: string): boolean =>
  action === '*' ||
  (/^[a-z-]+:[a-z*?]+$/i.test(action) &&
    (prefixes[service] ?? []).some((prefix) => action.toLowerCase().startsWith(prefix)));

const principalKinds: Readonly<Record<string, (text: string) => boolean>> = {
  AWS: (text) =>
    text === '*' ||
    /^\d{12}$/.test(text) ||
    /^arn:aws[a-z-]*:(?:iam|sts)::\d{12}:(?:root|(?:user|role|assumed-role|federated-user|group)\/.+)$/.test(text),
  Service: (text) => /^[a-z0-9.-]+\.amazonaws\.com(?:\.cn)?$/.test(text),
  Federated: (text) => text.length > 0,
  CanonicalUser: (text) => text.length > 0,
};

function isPrincipal(principal: unknown): boolean {
  if (principal === '*') return true;
  if (!isObject(principal)) return false;
  const entries = Object.entries(principal);
  return (
    entries.length > 0 &&
    entries.every(([kind, value]) => {
      const valid = Object.hasOwn(principalKinds, kind) ? principalKinds[kind] : undefined;
      return valid !== undefined && all(value, valid);
    })
  );
}

/**
 * Prints JSON as the services print a policy: two blanks a level, ` : ` after a name, arrays along the line (`[ "a",
 * "b" ]`), objects in them as `[ {` … `}, {` … `} ]`.
 */
export function printPolicy(value: unknown, indent = ''): string {
  if (Array.isArray(value)) {
    return value.length === 0 ? '[ ]' : `[ ${value.map((item) => printPolicy(item, indent)).join(', ')} ]`;
  }
  if (!isObject(value)) return JSON.stringify(value);
  const inner = `${indent}  `;
  const members = Object.entries(value).map(
    ([name, item]) => `${inner}${JSON.stringify(name)} : ${printPolicy(item, inner)}`,
  );
  return members.length === 0 ? '{ }' : `{\n${members.join(',\n')}\n${indent}}`;
}

/**
 * Replaces the policy of a repository, and returns the new one as it is printed.
 * @throws InvalidParameterException if the policy is invalid
 */
export async function setPolicy(
  context: Context,
  repository: Repository,
  text: string,
  actions: 'ecr' | 'ecr-public',
): Promise<string> {
  const policy = readPolicy(text, actions);
  await changeRepository(context, repository, async ({ transaction }) => {
    transaction.put(keys.policy(repository.id), { policy: JSON.stringify(policy) } satisfies PolicyRecord);
  });
  return printPolicy(policy);
}

/**
 * Returns the policy as it is printed.
 * @throws RepositoryPolicyNotFoundException if the repository has no policy
 */
export async function getPolicy(context: Context, repository: Repository): Promise<string> {
  const record = await context.store.get<PolicyRecord>(keys.policy(repository.id));
  if (!record) throw repositoryPolicyNotFound(repository);
  return printPolicy(JSON.parse(record.policy));
}

/**
 * Deletes the policy, and returns it as it is printed.
 * @throws RepositoryPolicyNotFoundException if the repository has no policy
 */
export function deletePolicy(context: Context, repository: Repository): Promise<string> {
  const key = keys.policy(repository.id);
  return changeRepository(context, repository, async ({ transaction }) => {
    const record = await transaction.read<PolicyRecord>(key);
    if (!record) throw repositoryPolicyNotFound(repository);
    transaction.remove(key);
    return printPolicy(JSON.parse(record.policy));
  });
}
