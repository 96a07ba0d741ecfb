import { type Service, unknownOperation } from '@coracle/core';

/**
 * The service and the operation that an `X-Amz-Target` names: `SpencerFrontendService.PutImage`.
 * @throws UnknownOperationException where it names no service that is here. Whether the service has the operation is
 * for the engine to say.
 */
export function readTarget(
  services: readonly Service[],
  target: string | null | undefined,
): { service: Service; operation: string } {
  if (target === null || target === undefined || target === '') {
    throw unknownOperation(`The request does not say which operation it wants. ${ask(services)}`);
  }
  const dot = target.lastIndexOf('.');
  const prefix = target.slice(0, Math.max(0, dot));
  const service = services.find(({ facts }) => facts.targetPrefix === prefix);
  if (service === undefined) throw unknownOperation(`'${target}' names no service that is here. ${ask(services)}`);
  return { service, operation: target.slice(dot + 1) };
}

const ask = (services: readonly Service[]): string =>
  `Write X-Amz-Target: ${services.map(({ facts }) => `${facts.targetPrefix}.<operation>`).join(' or ')}`;
