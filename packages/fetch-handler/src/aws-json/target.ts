import { type Service, type ServiceName, unknownOperation } from '@coracle/core';

/**
 * The text before the dot in the `X-Amz-Target` header, for each service. The text after the dot is the name of the
 * operation.
 */
const prefixes: Readonly<Record<ServiceName, string>> = {
  'ecr-public': 'SpencerFrontendService',
  ecr: 'AmazonEC2ContainerRegistry_V20150921',
};

/** Returns the value of the `X-Amz-Target` header for an operation: `SpencerFrontendService.PutImage`. */
export const targetOf = (service: ServiceName, operation: string): string => `${prefixes[service]}.${operation}`;

/**
 * The service and the operation that an `X-Amz-Target` header names. The service might not have an operation with this
 * name.
 */
export interface Target {
  readonly service: Service;
  readonly operation: string;
}

/**
 * Finds the service and the operation that an `X-Amz-Target` header names. Returns undefined if the engine does not
 * have the service. Whether the service has the operation is not checked.
 */
export function findTarget(services: readonly Service[], target: string): Target | undefined {
  const dot = target.lastIndexOf('.');
  const prefix = target.slice(0, Math.max(0, dot));
  const service = services.find(({ name }) => prefixes[name] === prefix);
  return service && { service, operation: target.slice(dot + 1) };
}

/**
 * Returns the service and the operation that an `X-Amz-Target` header names.
 * @throws UnknownOperationException if the header is missing, or if the engine does not have the service
 */
export function readTarget(services: readonly Service[], target: string | null | undefined): Target {
  if (!target)
    throw unknownOperation(`The request needs the header X-Amz-Target, which names the operation. ${ask(services)}`);
  const found = findTarget(services, target);
  if (!found)
    throw unknownOperation(
      `The header X-Amz-Target is '${target}', but this registry does not have that service. ${ask(services)}`,
    );
  return found;
}

const ask = (services: readonly Service[]): string =>
  `Write X-Amz-Target: ${services.map(({ name }) => targetOf(name, '<operation>')).join(' or ')}`;
