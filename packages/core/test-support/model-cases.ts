import ecr from '../model/ecr.json' with { type: 'json' };
import ecrPublic from '../model/ecr-public.json' with { type: 'json' };
import type { ServiceName } from '../src/model/index.ts';

/*
 * Valid inputs of every operation, and every constraint broken one at a time. Made from the service models
 * themselves and not from the generated data, so that a slip of the generator shows.
 */

interface ModelShape {
  readonly type: string;
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly required?: readonly string[];
  readonly members?: Readonly<Record<string, { readonly shape: string }>>;
  readonly member?: { readonly shape: string };
}

export interface Model {
  readonly operations: Readonly<Record<string, { readonly input: string }>>;
  readonly shapes: Readonly<Record<string, ModelShape>>;
}

export const models: Record<ServiceName, Model> = { 'ecr-public': ecrPublic, ecr };

export type Size = 'minimal' | 'usual' | 'maximal';

/** A text that matches, and what may be appended to it any number of times. */
const samples: Record<string, readonly [string, string]> = {
  '[0-9]{12}': ['123456789012', ''],
  '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+': ['sha256:', 'a'],
  '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}': [
    '6cb64b8a-9378-0e33-2ab1-b780fab8a9e9',
    '',
  ],
  '^arn:aws(-\\w+)*:secretsmanager:[a-zA-Z0-9-:]+:secret:ecr\\-pullthroughcache\\/[a-zA-Z0-9\\/_+=.@-]+$': [
    'arn:aws:secretsmanager:us-east-1:123456789012:secret:ecr-pullthroughcache/',
    'a',
  ],
  '^$|arn:aws[a-z0-9-]*:kms:[a-z0-9-]+:[0-9]{12}:key\\/[a-z0-9-]+': ['arn:aws:kms:us-east-1:123456789012:key/', 'a'],
  '^arn:aws(-[a-z]+)*:iam::[0-9]{12}:(role|user)/[\\w+=,.@-]+(/[\\w+=,.@-]+)*$': [
    'arn:aws:iam::123456789012:role/',
    'a',
  ],
  '^arn:aws(-[a-z]+)*:signer:[a-z0-9-]+:[0-9]{12}:\\/signing-profiles\\/[a-zA-Z0-9_]{2,}$': [
    'arn:aws:signer:us-east-1:123456789012:/signing-profiles/a',
    'a',
  ],
};

function textOf(shape: ModelShape, size: Size): string {
  if (shape.enum) return shape.enum[size === 'maximal' ? shape.enum.length - 1 : 0] ?? '';
  const [start, more] = samples[shape.pattern ?? ''] ?? ['', 'a'];
  const wanted = (size === 'maximal' ? shape.max : shape.min) ?? start.length + 1;
  return start + more.repeat(Math.max(wanted - start.length, size === 'minimal' && start === '' ? 0 : 1));
}

/** Members whose form the services check without the model saying so. */
const checkedByHand: Record<string, string> = { imageDigest: `sha256:${'a'.repeat(64)}`, imageTag: 'v1.0' };

/** A value that the model allows: no optional members, two items a list and all members, or as much as may be. */
export function sampleOf(model: Model, name: string, size: Size): unknown {
  const shape = shapeOf(model, name);
  switch (shape.type) {
    case 'string':
      return textOf(shape, size);
    case 'boolean':
      return size === 'maximal';
    case 'blob':
      return new Uint8Array((size === 'maximal' ? shape.max : shape.min) ?? 0);
    case 'integer':
    case 'long':
      return (size === 'maximal' ? (shape.max ?? Number.MAX_SAFE_INTEGER) : shape.min) ?? 0;
    case 'list': {
      const { min = 0, max = 10 } = shape;
      const length = size === 'minimal' ? min : size === 'usual' ? Math.min(2, max) : max;
      return Array.from({ length }, () => sampleOf(model, shape.member?.shape ?? '', size));
    }
    case 'structure': {
      const wanted = Object.entries(shape.members ?? {}).filter(
        ([member]) => size !== 'minimal' || shape.required?.includes(member),
      );
      return Object.fromEntries(
        wanted.map(([member, inner]) => [member, checkedByHand[member] ?? sampleOf(model, inner.shape, size)]),
      );
    }
    default:
      throw new Error(`No sample of a ${shape.type}`);
  }
}

function shapeOf(model: Model, name: string): ModelShape {
  const shape = model.shapes[name];
  if (shape === undefined) throw new Error(`The model has no ${name}`);
  return shape;
}

type Steps = readonly (string | number)[];

/** One way to break an input: the member, its value (`undefined`: leave it out), and the texts of the message. */
export interface Break {
  readonly at: Steps;
  readonly put: unknown;
  readonly name: 'InvalidParameterException' | 'SerializationException';
  readonly says: readonly string[];
}

const written = (at: Steps): string => {
  if (at.join() === 'policyText') return "'PolicyText'";
  const steps = at.flatMap((step) => (typeof step === 'number' ? [step + 1, 'member'] : [step]));
  return `'${steps.map((step) => String(step).replace(/^[A-Z]/, (first) => first.toLowerCase())).join('.')}'`;
};

export function* breaks(model: Model, name: string, at: Steps = []): Generator<Break> {
  const shape = shapeOf(model, name);
  const last = at.at(-1);
  const inList = typeof last === 'number';
  const invalid = (put: unknown, says: string): Break => {
    // Scalars in a list are reported at the list.
    const place = inList ? at.slice(0, -1) : at;
    const form = inList ? 'Member must satisfy constraint: [' : says;
    return { at, put, name: 'InvalidParameterException', says: [written(place), form, says] };
  };

  if (at.length > 0) {
    for (const put of wrongTypes(shape.type)) {
      yield { at, put, name: 'SerializationException', says: [written(at), 'can not be converted to a'] };
    }
    if (inList) {
      const says = [written(at), 'Member must not be null'];
      yield { at, put: null, name: 'InvalidParameterException', says };
    }
  }

  const { min, max, pattern } = shape;
  if (shape.type === 'string' || shape.type === 'blob' || shape.type === 'list') {
    const ofLength = (length: number): unknown => {
      if (shape.type === 'string') return 'a'.repeat(length);
      if (shape.type === 'blob') return new Uint8Array(length);
      return Array.from({ length }, () => sampleOf(model, shape.member?.shape ?? '', 'minimal'));
    };
    if (min) yield invalid(ofLength(min - 1), `Member must have length greater than or equal to ${min}`);
    if (max !== undefined) yield invalid(ofLength(max + 1), `Member must have length less than or equal to ${max}`);
  } else {
    if (min !== undefined) yield invalid(min - 1, `Member must have value greater than or equal to ${min}`);
    if (max !== undefined) yield invalid(max + 1, `Member must have value less than or equal to ${max}`);
  }
  if (pattern) yield invalid('!'.repeat(Math.max(min ?? 1, 1)), pattern.replaceAll('\\/', '/'));
  if (shape.enum) yield invalid('no such value', 'Member must satisfy enum value set: [');

  if (shape.type === 'list') yield* breaks(model, shape.member?.shape ?? '', [...at, 1]);
  for (const [member, inner] of Object.entries(shape.members ?? {})) {
    const place = [...at, member];
    if (shape.required?.includes(member)) {
      const says = [written(place), member === 'policyText' ? 'Cannot be null' : 'Member must not be null'];
      for (const put of [undefined, null]) yield { at: place, put, name: 'InvalidParameterException', says };
    }
    yield* breaks(model, inner.shape, place);
  }
}

function wrongTypes(type: string): unknown[] {
  const values: Record<string, unknown> = { string: 'text', boolean: true, integer: 1, list: [], structure: {} };
  const { [type === 'long' ? 'integer' : type]: _right, ...wrong } = values;
  return [...Object.values(wrong), ...(type === 'integer' || type === 'long' ? [0.5, Number.NaN, 2 ** 53] : [])];
}

export function withBreak(input: unknown, [step, ...rest]: Steps, put: unknown): unknown {
  if (step === undefined) return put;
  if (typeof step === 'number') {
    const items = input as unknown[];
    return items.map((item, index) => (index === Math.min(step, items.length - 1) ? withBreak(item, rest, put) : item));
  }
  const members = input as Record<string, unknown>;
  return { ...members, [step]: withBreak(members[step], rest, put) };
}
