import { checkStructure } from './check.ts';
import { copyStructure } from './copy.ts';
import { type InputOf, inputShape, type OperationName, type ServiceModel, type ServiceName } from './services.ts';

/**
 * An operation's input, copied and checked by the service's model: types first (SerializationException), then
 * what is required and the constraints (InvalidParameterException). No input at all is an empty one, as an
 * empty body is.
 */
export function validateInput<N extends ServiceName, O extends OperationName<N>>(
  service: ServiceModel<N>,
  operation: O,
  input: unknown,
): InputOf<N, O> {
  const shape = inputShape(service, operation);
  if (shape === undefined) throw new TypeError(`Coracle has no operation ${operation} of ${service.name}`);
  const copy = copyStructure(shape, input ?? {}, []);
  checkStructure(shape, copy, []);
  return copy as InputOf<N, O>;
}
