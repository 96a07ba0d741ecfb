import { pagination, type Service } from '../model/index.ts';
import { type EcrFace, ecrOperations } from '../operations/generated/ecr.ts';
import { type EcrPublicFace, ecrPublicOperations } from '../operations/generated/ecr-public.ts';
import type { CallOptions, PageOptions } from '../operations/implementation.ts';
import type { Runner } from './runner.ts';

export const ecrPublicFace = (runner: Runner): EcrPublicFace =>
  face(runner, 'ecr-public', Object.keys(ecrPublicOperations)) as unknown as EcrPublicFace;

export const ecrFace = (runner: Runner): EcrFace =>
  face(runner, 'ecr', Object.keys(ecrOperations)) as unknown as EcrFace;

/** A method for each operation and a paginator for each that gives pages; the generated interfaces type them. */
function face(runner: Runner, service: Service, operations: readonly string[]): Record<string, unknown> {
  const methods: Record<string, unknown> = {};
  for (const operation of operations) {
    const call = (input?: unknown, options?: CallOptions) => runner.invoke(service, operation, input, options);
    methods[operation.charAt(0).toLowerCase() + operation.slice(1)] = call;
    if (pagination[service][operation]) {
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
