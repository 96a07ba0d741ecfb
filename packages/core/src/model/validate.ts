import { checkStructure } from './check.ts';
import { copyStructure } from './copy.ts';
import { type InputOf, inputShape, type OperationName, type ServiceModel, type ServiceName } from './services.ts';

/**
 * Copies an operation's input and checks it by the service's model. Types are checked first, then required members and
 * constraints. If there is no input, it counts as an empty one, as an empty body does.
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
    throw new TypeError(`Coracle does not implement an operation ${operation} of ${service.name}: check its name`);
  const copy = copyStructure(shape, input ?? {}, []);
  checkStructure(shape, copy, []);
  return copy as InputOf<N, O>;
}
