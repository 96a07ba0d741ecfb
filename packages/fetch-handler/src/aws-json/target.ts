import { type Service, serviceFacts, unknownOperation } from '@coracle/core';

const services = new Map(
  (Object.keys(serviceFacts) as Service[]).map((service) => [serviceFacts[service].targetPrefix, service]),
);

const ask = `Write X-Amz-Target: ${[...services.keys()].map((prefix) => `${prefix}.<operation>`).join(' or ')}`;

/**
 * The service and the operation that an `X-Amz-Target` names: `SpencerFrontendService.PutImage`.
 * @throws UnknownOperationException where it names no service that is here. Whether the service has the operation is
 * for the engine to say.
 */
export function readTarget(target: string | null | undefined): { service: Service; operation: string } {
  if (target === null || target === undefined || target === '') {
    throw unknownOperation(`The request does not say which operation it wants. ${ask}`);
  }
  const dot = target.lastIndexOf('.');
  const service = services.get(target.slice(0, Math.max(0, dot)));
  if (service === undefined) throw unknownOperation(`'${target}' names no service that is here. ${ask}`);
  return { service, operation: target.slice(dot + 1) };
}
