import type { CallOptions, PageOptions } from '../operations/implementation.ts';
import type { FacesOf, Service } from '../services/service.ts';
import type { Runner } from './runner.ts';

/** Creates the objects with the methods of each service, such as `engine.ecrPublic`. */
export const facesOf = <S extends readonly Service[]>(runner: Runner, services: S): FacesOf<S> =>
  Object.fromEntries(services.map((service) => [service.member, face(runner, service)])) as unknown as FacesOf<S>;

/**
 * Creates a method for each operation of a service, and a paginator for each operation that returns pages. Generated
 * interfaces declare the types of these methods and paginators.
 */
function face(runner: Runner, { name, operations, pagination }: Service): Record<string, unknown> {
  const methods: Record<string, unknown> = {};
  for (const operation of Object.keys(operations)) {
    const call = (input?: unknown, options?: CallOptions) => runner.invoke(name, operation, input, options);
    methods[operation.charAt(0).toLowerCase() + operation.slice(1)] = call;
    if (pagination[operation]) {
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
