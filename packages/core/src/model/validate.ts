import { checkStructure } from './check.ts';
import { copyStructure } from './copy.ts';
import { type InputOf, inputShape, type OperationName, type Service } from './services.ts';

/**
 * An operation's input, copied and checked by the service's model: types first (SerializationException), then
 * what is required and the constraints (InvalidParameterException). No input at all is an empty one, as an
 * empty body is.
 */
export function validateInput<S extends Service, O extends OperationName<S>>(
  service: S,
  operation: O,
  input: unknown,
): InputOf<S, O> {
  const shape = inputShape(service, operation);
  if (shape === undefined) throw new TypeError(`Coracle has no operation ${operation} of ${service}`);
  const copy = copyStructure(shape, input ?? {}, []);
  checkStructure(shape, copy, []);
  return copy as InputOf<S, O>;
}
