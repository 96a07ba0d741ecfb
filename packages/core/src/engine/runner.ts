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

/** A call on its way to the registry. */
export interface SeenCall {
  readonly service: ServiceName | 'distribution';
  /**
   * The operation as the service names it (`PutImage`); for the distribution protocol, the name of the method
   * (`putManifest`).
   */
  readonly operation: string;
  /** The input as it was when the call came, even if the caller changes it later. */
  readonly input: unknown;
}

/** Runs every call: the call is shown to `beforeCall`, checked and run, and its failures are converted. */
export class Runner {
  readonly #context: Context;
  readonly #services: ReadonlyMap<string, Service>;
  /**
   * Sees each call first. It may delay the call, or refuse it with an error, which is thrown unchanged. If it returns an
   * error, the call is carried out, but the error is thrown instead of its result.
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

  /** Runs an operation by its name, on input of any form. */
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

/** Gives the failure that a caller gets for an error. */
function failureOf(operation: string, error: unknown): RegistryError {
  if (RegistryError.is(error)) return error;
  if (isContention(error)) return contention(error);
  return isForWantOfRoom(error) ? storageFull(operation, error) : serverFailure(operation, error);
}

/** Gives the principal of a call that names none: the account itself. */
const rootOf = (accountId: string, region: string): string => `arn:${partition(region)}:iam::${accountId}:root`;

/** The maximum depth to which an error's causes are searched. */
const deepest = 5;

/**
 * Says whether a storage is full. Storages report it by this name, which browsers give to the error of their own quota.
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
