import type { Caller } from '../domain/caller.ts';
import type { Context } from '../domain/context.ts';
import { partition } from '../domain/registries/addresses.ts';
import {
  contention,
  RegistryError,
  serverFailure,
  storageFull,
  unknownOperation,
  unsupportedCommand,
} from '../errors.ts';
import { hasOperation, lacksOperation, type ServiceName } from '../model/index.ts';
import type { CallOptions } from '../operations/implementation.ts';
import type { Service } from '../services/service.ts';
import { isContention } from '../storage-kit.ts';
import { checkCaller } from './options.ts';

type AnyImplementation = (context: Context, caller: Caller, input: unknown) => Promise<unknown>;

/** A call to the registry, as an interception of a test sees it before the registry carries out the call. */
export interface SeenCall {
  readonly service: ServiceName | 'distribution';
  /**
   * The name of the operation, such as `PutImage`. For the distribution protocol, the name of the method, such as
   * `putManifest`.
   */
  readonly operation: string;
  /**
   * The input at the time of the call. If the caller changes the object later, the changes are not visible in `input`.
   */
  readonly input: unknown;
}

/**
 * Runs every call to the registry: calls the hook `beforeCall`, checks the input, runs the operation, and converts
 * unexpected errors to errors of AWS.
 */
export class Runner {
  readonly #context: Context;
  readonly #services: ReadonlyMap<string, Service>;
  /**
   * A hook that is called before each call is carried out. The hook may delay the call. If the hook throws an error,
   * the call is not carried out, and the caller gets this error unchanged. If the hook returns an error, the call is
   * carried out, but the caller gets the returned error instead of the result.
   */
  beforeCall: ((call: SeenCall) => Promise<Error | undefined> | undefined) | undefined;

  constructor(context: Context, services: readonly Service[]) {
    this.#context = context;
    this.#services = new Map(services.map((service) => [service.name, service]));
  }

  callerOf(options: CallOptions | undefined): Caller {
    const context = this.#context;
    const {
      accountId = context.accountId,
      region = context.region,
      handsOver = false,
      visitor,
      unchecked,
    } = options ?? {};
    checkCaller(accountId, region);
    const principal = options?.principal ?? rootOf(accountId, region);
    return { principal, accountId, region, handsOver, visitor, unchecked };
  }

  /** Checks that `input` is valid, and runs the operation `operation` of the service `name`. */
  async invoke(name: ServiceName, operation: string, input: unknown, options?: CallOptions): Promise<unknown> {
    const service = this.#services.get(name);
    if (!service)
      throw unknownOperation(
        `This registry does not have the service '${name}': pass it to createEngine() in the option 'services'`,
      );
    if (!hasOperation(service, operation)) throw unknownOperation(noSuch(service, operation));
    const caller = this.callerOf(options);
    return this.run({ service: name, operation, input }, async () => {
      const isElsewhere = options?.region !== undefined && options.region !== 'us-east-1';
      const elsewhere: ReadonlySet<string> | undefined = service.elsewhere;
      if (isElsewhere && elsewhere?.has(operation) === false) throw unsupportedCommand(operation);
      const valid = service.validate(service, operation, input);
      const implementation = service.operations[operation as keyof Service['operations']] as AnyImplementation;
      return implementation(this.#context, caller, valid);
    });
  }

  async run<T>(call: SeenCall, perform: () => Promise<T>): Promise<T> {
    const held = this.beforeCall?.(call);
    const lost = held && (await held);
    try {
      const result = await perform();
      if (!lost) return result;
    } catch (error) {
      if (!lost) throw failureOf(call.operation, error);
    }
    // A client whose answer is lost learns neither the result nor the refusal.
    throw lost;
  }
}

/** Converts an error that was thrown inside of a call to the error that the caller gets. */
function failureOf(operation: string, error: unknown): RegistryError {
  if (RegistryError.is(error)) return error;
  if (isContention(error)) return contention(error);
  return isForWantOfRoom(error) ? storageFull(operation, error) : serverFailure(operation, error);
}

/**
 * Returns the ARN of an AWS account itself. If a call names no principal, the account of the caller is the principal.
 */
const rootOf = (accountId: string, region: string): string => `arn:${partition(region)}:iam::${accountId}:root`;

/**
 * The maximum number of errors that are searched: an error, the `cause` of the error, the `cause` of that cause, and so
 * on.
 */
const deepest = 5;

/**
 * Says whether an error means that the storage is full. Such an error, or one of its causes, has the name
 * `QuotaExceededError`, both in storages of Coracle and in browsers.
 */
function isForWantOfRoom(error: unknown): boolean {
  for (let [at, depth] = [error, 0]; at instanceof Error && depth < deepest; [at, depth] = [at.cause, depth + 1]) {
    if (at.name === 'QuotaExceededError') return true;
  }
  return false;
}

function noSuch(service: Service, operation: string): string {
  const { title, facts } = service;
  return lacksOperation(service, operation)
    ? `Coracle does not implement ${operation} of ${title} yet: use another operation`
    : `${title} (${facts.apiVersion}) has no operation '${operation}'`;
}
