import { dockerHub, parseReference, type Reference } from '../remote/reference.ts';
import { type Environment, unknownVariables } from './environment.ts';
import { setFlag, type Values } from './read-flags.ts';
import { pullFlags, pushFlags, type TransferSettings } from './transfer-flags.ts';
import { UsageError } from './usage-error.ts';

/** The commands that move an image between a file and a registry. */
export interface Transfer {
  readonly name: 'push' | 'pull';
  /** The archive or the folder of the image on this machine. */
  readonly path: string;
  readonly reference: Reference;
  readonly settings: TransferSettings;
  readonly warnings: readonly string[];
}

/** The words after each command, in their order. */
export const transferWords = {
  push: '<image.tar or folder> <registry>/<name>:<tag>',
  pull: '<registry>/<name>:<tag> <image.tar>',
} as const;

/**
 * Reads the arguments of `coracle push` or `coracle pull`.
 * @throws UsageError if a word is missing, or if a value is invalid
 */
export function readTransfer(
  name: 'push' | 'pull',
  words: readonly string[],
  values: Values,
  environment: Environment,
): Transfer {
  const [first, second, ...more] = words;
  if (!first || !second) throw new UsageError(`'coracle ${name}' needs two arguments: ${transferWords[name]}`);
  if (more.length > 0) throw new UsageError(`'coracle ${name}' takes two arguments: remove '${more.join(' ')}'`);
  const settings: TransferSettings = {};
  for (const flag of name === 'push' ? pushFlags : pullFlags) setFlag(flag, values, environment, settings);
  const [path, image] = name === 'push' ? [first, second] : [second, first];
  const reference = referenceOf(name, image, path);
  if (path === '-') {
    const [stream, advice] =
      name === 'push' ? ['input', 'save the image as a file first'] : ['output', 'write the name of a file'];
    throw new UsageError(`'coracle ${name}' does not use standard ${stream}: ${advice}`);
  }
  return { name, path, reference, settings, warnings: unknownVariables(environment) };
}

function referenceOf(name: 'push' | 'pull', text: string, path: string): Reference {
  let reference: Reference;
  try {
    reference = parseReference(text);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const order = `the arguments have the wrong order: write coracle ${name} ${transferWords[name]}`;
    throw new UsageError(isInRegistry(path) ? order : error.message);
  }
  if (name === 'pull' || reference.digest === undefined) return reference;
  throw new UsageError(`an image is pushed to a tag and not to a digest: remove '@${reference.digest}'`);
}

/** Returns whether a text is the name of an image with its registry. Most paths are not. */
function isInRegistry(text: string): boolean {
  try {
    return parseReference(text).registry !== dockerHub.name;
  } catch {
    return false;
  }
}
