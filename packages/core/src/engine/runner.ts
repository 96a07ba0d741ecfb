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

/** A call to the registry before it is carried out, as an interception sees it. */
export interface SeenCall {
  readonly service: ServiceName | 'distribution';
  /**
   * The name of the operation, such as `PutImage`. For the distribution protocol, the name of the method, such as
   * `putManifest`.
   */
  readonly operation: string;
  /** The input at the time of the call. Changes that the caller makes later are not visible here. */
  readonly input: unknown;
}

/**
 * Runs every call to the registry: calls `beforeCall`, checks the input, runs the operation, and converts unexpected
 * errors to errors of AWS.
 */
export class Runner {
  readonly #context: Context;
  readonly #services: ReadonlyMap<string, Service>;
  /**
   * A hook that is called before each call is carried out. It may delay the call, or throw an error, which the caller
   * gets unchanged. If it returns an error, the call is carried out, but the caller gets this error instead of the
   * result.
   */
  beforeCall: ((call: SeenCall) => Promise<Error | undefined> | undefined) | undefined;

  constructor(context: Context, services: readonly Service[]) {
    this.#context = context;
    this.#services = new Map(services.map((service) => [service.name, service]));
  }

  callerOf(options: CallOptions | undefined): Caller {
    const { accountId = this.#context.accountId, region = this.#context.region, handsOver = false } = options ?? {};
    checkCaller(accountId, region);
    const principal = options?.principal ?? rootOf(accountId, region);
    return { principal, accountId, region, handsOver };
  }

  /** Runs an operation by its name. Checks that the input is valid. */
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

/** Returns the error that the caller gets for an error inside of a call. */
function failureOf(operation: string, error: unknown): RegistryError {
  if (RegistryError.is(error)) return error;
  if (isContention(error)) return contention(error);
  return isForWantOfRoom(error) ? storageFull(operation, error) : serverFailure(operation, error);
}

/** Returns the ARN of the account itself, which is the principal of a call that names no principal. */
const rootOf = (accountId: string, region: string): string => `arn:${partition(region)}:iam::${accountId}:root`;

/** The maximum number of nested causes of an error that are searched. */
const deepest = 5;

/**
 * Says whether an error means that the storage is full. Storages give such an error the name `QuotaExceededError`, like
 * browsers when their own quota is used up.
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
