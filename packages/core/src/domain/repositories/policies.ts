import type { PolicyDocument } from '../../access/evaluate/policy-document.ts';
import { invalidParameter, repositoryPolicyNotFound } from '../../errors.ts';
import type { Store } from '../../storage/commit.ts';
import { keys } from '../../storage/keys.ts';
import type { Context } from '../context.ts';
import { isObject, parseJson } from '../text.ts';
import { changeRepository } from './change.ts';
import type { Repository } from './repository.ts';

/** The stored record of a repository policy. `policy` is the policy as JSON without spaces. */
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
 * Parses a repository policy, and checks that it is valid in IAM's policy language. `Resource` is optional, because a
 * policy applies only to its own repository.
 * @param actions the service whose actions the policy may name: `ecr` or `ecr-public`
 * @throws InvalidParameterException with the text `Invalid repository policy provided` if the policy is invalid
 */
export function readPolicy(text: string, actions: 'ecr' | 'ecr-public'): PolicyDocument {
  const policy = parseJson(text);
  if (!isObject(policy)) throw refuse();
  const { Version, Id, Statement, ...others } = policy;
  if (Object.keys(others).length > 0) throw refuse();
  if (Version !== undefined && !versions.includes(Version as string)) throw refuse();
  if (Id !== undefined && typeof Id !== 'string') throw refuse();
  const statements = Array.isArray(Statement) ? Statement : [Statement];
  if (statements.length === 0 || !statements.every((statement) => isStatement(statement, actions))) throw refuse();
  return policy as unknown as PolicyDocument;
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
 * Returns whether the `Condition` of a policy statement is valid: an object of operators, in which each operator is an
 * object of keys, and each key has a value or a list of values.
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

/** Returns whether a value is a string that `valid` accepts, or a list of one or more such strings. */
function all(value: unknown, valid: (text: string) => boolean): boolean {
  const values = Array.isArray(value) ? value : [value];
  return values.length > 0 && values.every((one) => typeof one === 'string' && valid(one));
}

/**
 * The prefixes of the actions that a policy may name, by service. A policy of ECR Public may also name actions of
 * Amazon ECR, as AWS's documentation does. Both prefixes mean the same action in ECR Public.
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
    /^arn:aws[a-z-]*:(?:iam|sts)::\d{12}:(?:root|(?:user|role|assumed-role|federated-user|group)\/[^*?]+)$/.test(text),
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
 * Formats a policy as the AWS services do: two spaces of indentation for each level, ` : ` after a name, arrays on one
 * line (`[ "a", "b" ]`), and objects in arrays as `[ {` … `}, {` … `} ]`.
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

/** Replaces the policy of a repository. Returns the new policy, formatted as AWS formats it. */
export async function setPolicy(context: Context, repository: Repository, policy: PolicyDocument): Promise<string> {
  await changeRepository(context, repository, async ({ transaction }) => {
    transaction.put(keys.policy(repository.id), { policy: JSON.stringify(policy) } satisfies PolicyRecord);
  });
  return printPolicy(policy);
}

/** Returns the policy of a repository as a parsed document; undefined if the repository has no policy. */
export async function findPolicy(store: Store, { id }: Pick<Repository, 'id'>): Promise<PolicyDocument | undefined> {
  const record = await store.get<PolicyRecord>(keys.policy(id));
  return record && JSON.parse(record.policy);
}

/**
 * Returns the policy of a repository, formatted as AWS formats it.
 * @throws RepositoryPolicyNotFoundException if the repository has no policy
 */
export async function getPolicy(context: Context, repository: Repository): Promise<string> {
  const policy = await findPolicy(context.store, repository);
  if (!policy) throw repositoryPolicyNotFound(repository);
  return printPolicy(policy);
}

/**
 * Deletes the policy of a repository. Returns the deleted policy, formatted as AWS formats it.
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
