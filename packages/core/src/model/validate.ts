import { checkStructure } from './check.ts';
import { copyStructure } from './copy.ts';
import { type InputOf, inputShape, type OperationName, type ServiceModel, type ServiceName } from './services.ts';

/**
 * Copies the input of an operation, and checks the copy against the model of the service. Types are checked first, then
 * required members and constraints. An undefined or null input counts as an empty object, like an empty request body.
 * @throws SerializationException if a value has the wrong type
 * @throws InvalidParameterException if a required member is missing, or a constraint is violated
 */
export function validateInput<N extends ServiceName, O extends OperationName<N>>(
  service: ServiceModel<N>,
  operation: O,
  input: unknown,
): InputOf<N, O> {
  const shape = inputShape(service, operation);
  if (shape === undefined)
    throw new TypeError(`Coracle does not implement the operation '${operation}' of ${service.name}: check the name`);
  const copy = copyStructure(shape, input ?? {}, []);
  checkStructure(shape, copy, []);
  return copy as InputOf<N, O>;
}
