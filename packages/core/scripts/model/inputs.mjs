import { bracketed, header, lowerFirst, quoted } from './text.mjs';

/** Enums whose values the server prints in an order of its own, as observed. */
const PRINTED_ORDER = {
  ImageTagMutability: ['IMMUTABLE', 'MUTABLE', 'MUTABLE_WITH_EXCLUSION', 'IMMUTABLE_WITH_EXCLUSION'],
};

const SCALARS = {
  string: 'StringShape',
  integer: 'NumberShape',
  long: 'NumberShape',
  boolean: 'BooleanShape',
  blob: 'BlobShape',
};

/** The model escapes the slash, the servers print it plain; to a RegExp it is the same. */
const printed = (pattern) => pattern.replaceAll('\\/', '/');

/** The service's values, in the order that its error texts have. */
function valuesOf(name, shape) {
  const order = PRINTED_ORDER[name];
  if (order && [...order].sort().join() !== [...shape.enum].sort().join()) {
    throw new Error(`PRINTED_ORDER of ${name} has not the values of the model`);
  }
  return order ?? shape.enum;
}

/**
 * The input shapes of the chosen operations as constants that refer to each other, so that a bundler shortens
 * their names and drops what is not used. Shapes of equal content are written once, under the first's name.
 */
export function inputsModule(model, chosen) {
  const byContent = new Map();
  const patterns = new Map();
  const rows = [];

  const constant = (name, type, parts) => {
    const content = `${type} ${parts.join()}`;
    const known = byContent.get(content);
    if (known) return known;
    const bare = parts.length === 1 && type !== 'StructureShape';
    const id = bare ? `any${name.charAt(0).toUpperCase()}${name.slice(1)}` : lowerFirst(name);
    byContent.set(content, id);
    rows.push(`${bracketed(`const ${id}: ${type} = `, '{}', parts, ';')}\n`);
    return id;
  };

  const patternOf = (name, shape) => {
    const source = printed(shape.pattern);
    if (!patterns.has(source)) patterns.set(source, `${lowerFirst(name)}Pattern`);
    return patterns.get(source);
  };

  const range = (shape) => ['min', 'max'].filter((key) => key in shape).map((key) => `${key}: ${shape[key]}`);

  const shapeOf = (name) => {
    const shape = model.shapes[name];
    const type = `type: ${quoted(shape.type)}`;
    if (shape.type === 'structure') return structure(name, shape, type);
    if (shape.type === 'list') {
      return constant(name, 'ListShape', [type, `item: ${shapeOf(shape.member.shape)}`, ...range(shape)]);
    }
    const scalar = SCALARS[shape.type];
    if (scalar === undefined) throw new Error(`The validator knows no ${shape.type} (${name})`);
    const parts = [type, ...range(shape)];
    if (shape.pattern) parts.push(`pattern: ${patternOf(name, shape)}`);
    if (shape.enum) {
      parts.push(bracketed('values: ', '[]', valuesOf(name, shape).map(quoted), ',', '  ').trim().slice(0, -1));
    }
    return constant(parts.length === 1 ? shape.type : name, scalar, parts);
  };

  const structure = (name, shape, type) => {
    const members = Object.entries(shape.members).map(
      ([member, reference]) =>
        `[${quoted(member)}, ${shapeOf(reference.shape)}${shape.required?.includes(member) ? ', true' : ''}]`,
    );
    // Biome breaks an array of two or more tuples, however short.
    const list = members.length < 2 ? members.join('') : `\n${members.map((member) => `    ${member},\n`).join('')}  `;
    const content = `StructureShape ${members.join()}`;
    if (!byContent.has(content)) {
      byContent.set(content, lowerFirst(name));
      rows.push(
        members.length < 2
          ? `${bracketed(`const ${lowerFirst(name)}: StructureShape = `, '{}', [type, `members: [${list}]`], ';')}\n`
          : `const ${lowerFirst(name)}: StructureShape = {\n  ${type},\n  members: [${list}],\n};\n`,
      );
    }
    return byContent.get(content);
  };

  const inputs = chosen.map((operation) => `  ${operation}: ${shapeOf(model.operations[operation].input)},\n`);
  const types = [...new Set([...byContent.keys()].map((content) => content.slice(0, content.indexOf(' '))))]
    .concat('StructureShape')
    .sort();
  const constants = [...patterns].map(([source, id]) => {
    const line = `const ${id} = ${quoted(source)};\n`;
    return line.length <= 121 ? line : `const ${id} =\n  ${quoted(source)};\n`;
  });
  return `${header(model)}${bracketed('import type ', '{}', [...new Set(types)], " from '../shape.ts';")}
import type { Operations } from './${model.service}.ts';

${constants.join('')}
${rows.join('')}
/** The input shape of every operation that Coracle has. */
export const inputs = {
${inputs.join('')}} satisfies Record<keyof Operations, StructureShape>;
`;
}
