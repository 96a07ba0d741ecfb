import type { CallOptions, PageOptions } from '../operations/implementation.ts';
import type { FacesOf, Service } from '../services/service.ts';
import type { Runner } from './runner.ts';

/** The facts about a service that its methods are made of: its names, and the names of its operations. */
export interface ServiceOutline extends Pick<Service, 'name' | 'member'> {
  /** An object whose keys are the names of the operations. */
  readonly operations: object;
  /** An object whose keys are the names of the operations that return pages. */
  readonly pagination: object;
}

/**
 * Creates the objects with the methods of each service, such as `engine.ecrPublic`. The methods call `runner.invoke`,
 * which may pass a call on to an engine in another thread.
 */
export const facesOf = <S extends readonly Service[]>(
  runner: Pick<Runner, 'invoke'>,
  services: readonly ServiceOutline[],
): FacesOf<S> =>
  Object.fromEntries(services.map((service) => [service.member, face(runner, service)])) as unknown as FacesOf<S>;

/**
 * Creates a method for each operation of a service, and a paginator for each operation that returns pages. Generated
 * interfaces declare the types of these methods and paginators.
 */
function face(
  runner: Pick<Runner, 'invoke'>,
  { name, operations, pagination }: ServiceOutline,
): Record<string, unknown> {
  const methods: Record<string, unknown> = {};
  for (const operation of Object.keys(operations)) {
    const call = (input?: unknown, options?: CallOptions) => runner.invoke(name, operation, input, options);
    methods[operation.charAt(0).toLowerCase() + operation.slice(1)] = call;
    if (Object.hasOwn(pagination, operation)) {
      methods[`paginate${operation}`] = (input?: object, options?: PageOptions) => pages(call, input, options);
    }
  }
  return methods;
}

type Call = (input: unknown, options?: CallOptions) => Promise<unknown>;

async function* pages(call: Call, input: object = {}, options: PageOptions = {}): AsyncGenerator<unknown, void> {
  const { pageSize, startingToken, stopOnSameToken, ...callOptions } = options;
  let token = startingToken;
  do {
    const page = await call(
      {
        ...input,
        ...(pageSize === undefined ? {} : { maxResults: pageSize }),
        ...(token === undefined ? {} : { nextToken: token }),
      },
      callOptions,
    );
    yield page;
    const { nextToken } = page as { nextToken?: string };
    if (stopOnSameToken && nextToken === token) return;
    token = nextToken;
  } while (token !== undefined);
}
