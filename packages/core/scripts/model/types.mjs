import { NOTES, STRUCTURES } from './descriptions.mjs';
import { header, quoted, reachable, union } from './text.mjs';

const SCALARS = {
  string: 'string',
  boolean: 'boolean',
  integer: 'number',
  long: 'number',
  float: 'number',
  double: 'number',
  timestamp: 'Date',
  blob: 'Uint8Array',
};

const number = (value) => String(value).replace(/\B(?=(\d{3})+$)/g, ',');

const plural = (count, unit) => `${number(count)} ${unit}${count === 1 ? '' : 's'}`;

/** Describes a range in words. Returns undefined if the model gives no useful range. */
function range({ min = 0, max }, unit) {
  if (max === undefined) return min === 0 ? undefined : `at least ${plural(min, unit)}`;
  return min === 0 ? `at most ${plural(max, unit)}` : `${number(min)} to ${plural(max, unit)}`;
}

function numbers({ min, max }) {
  if (min === undefined) return max === undefined ? undefined : `at most ${number(max)}`;
  return max === undefined ? `${number(min)} or more` : `${number(min)} to ${number(max)}`;
}

/** Describes the model's limits of a shape in words. */
function limits(model, name, isInput) {
  const shape = model.shapes[name];
  if (shape.type === 'list') {
    const each = limits(model, shape.member.shape, isInput);
    // Lists in answers do not obey the model's limits: `imageIds` (1 to 100) may be empty.
    const count = isInput ? range(shape, 'item') : undefined;
    return [count, each && `each ${each}`].filter(Boolean).join(', ');
  }
  const parts = [NOTES[name]];
  if (shape.type === 'string') parts.push(range(shape, 'character'));
  if (shape.type === 'blob') parts.push(range(shape, 'byte'));
  if (shape.type === 'integer' || shape.type === 'long') parts.push(numbers(shape));
  // In a comment, the end of a comment must not be written.
  if (shape.pattern) parts.push(`pattern \`${shape.pattern.replaceAll('*/', '*\\/')}\``);
  return parts.filter(Boolean).join(', ');
}

const sentence = (text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

/** The names of the operations in words. */
function used(operations) {
  const [first = '', second, ...rest] = operations;
  if (second === undefined) return first;
  return rest.length === 0 ? `${first} and ${second}` : `${first}, ${second} and ${rest.length} more`;
}

/** The TypeScript types of the chosen operations: inputs, outputs and all that they refer to. */
export function typesModule(model, chosen, alwaysPresent) {
  const operations = chosen.map((name) => ({ name, ...model.operations[name] }));
  const inInputs = reachable(
    model,
    operations.map(({ input }) => input),
  );
  const all = reachable(
    model,
    operations.flatMap(({ input, output }) => [input, output]),
  );
  checkTable(model, alwaysPresent);

  const typeOf = (name) => {
    const shape = model.shapes[name];
    if (shape.type === 'structure' || shape.enum) return name;
    if (shape.type === 'list') return `${typeOf(shape.member.shape)}[]`;
    if (shape.type === 'map') {
      const record = `Record<${typeOf(shape.key.shape)}, ${typeOf(shape.value.shape)}>`;
      return model.shapes[shape.key.shape].enum ? `Partial<${record}>` : record;
    }
    const scalar = SCALARS[shape.type];
    if (scalar === undefined) throw new Error(`No TypeScript type for ${shape.type} (${name})`);
    return scalar;
  };

  const about = (name) => {
    const inputOf = operations.find(({ input }) => input === name);
    if (inputOf) return `What ${inputOf.name} takes.`;
    const outputOf = operations.find(({ output }) => output === name);
    if (outputOf) return `What ${outputOf.name} answers.`;
    if (STRUCTURES[name]) return STRUCTURES[name];
    const users = operations.filter(({ input, output }) => reachable(model, [input, output]).has(name));
    return `Part of ${used(users.map((user) => user.name))}.`;
  };

  const member = (structure, name, reference) => {
    const { required = [] } = model.shapes[structure];
    // A member that a caller may leave out stays optional, even if answers always have it.
    const always = inInputs.has(structure) ? [] : (alwaysPresent[structure] ?? []);
    const tags = [limits(model, reference.shape, inInputs.has(structure))].filter(Boolean).map(sentence);
    if (reference.deprecated) tags.push('@deprecated');
    const doc = tags.length > 0 ? `  /** ${tags.join(' ')} */\n` : '';
    const optional = required.includes(name) || always.includes(name) ? '' : '?';
    return `${doc}  ${name}${optional}: ${typeOf(reference.shape)};\n`;
  };

  const declarations = [...all].sort().flatMap((name) => {
    const shape = model.shapes[name];
    if (shape.enum) return [`${union(`export type ${name} =`, shape.enum.map(quoted), ';')}\n`];
    if (shape.type !== 'structure') return [];
    const members = Object.entries(shape.members).map(([key, reference]) => member(name, key, reference));
    // An empty interface would say the same, and linters are right to stumble over it.
    if (members.length === 0) return [`/** ${about(name)} */\nexport type ${name} = Record<never, never>;\n`];
    return [`/** ${about(name)} */\nexport interface ${name} {\n${members.join('')}}\n`];
  });

  const table = operations.map(({ name, input, output, errors }) => {
    const failures = union('errors:', [...errors].sort().map(quoted), ';\n', '    ');
    return `  ${name}: {\n    input: ${input};\n    output: ${output};\n${failures}  };\n`;
  });

  return `${header(model)}
/** The input, the output and the declared exceptions of each operation. */
export interface Operations {
${table.join('')}}

/** The exceptions that the models of the operations declare. */
export type ExceptionName = Operations[keyof Operations]['errors'];

${declarations.join('\n')}`;
}

/** A slip in the table would silently leave a member optional. */
function checkTable(model, alwaysPresent) {
  for (const [structure, names] of Object.entries(alwaysPresent)) {
    const members = model.shapes[structure]?.members;
    if (!members) throw new Error(`always-present.json: ${model.service} has no structure ${structure}`);
    const unknown = names.filter((name) => !(name in members));
    if (unknown.length > 0) throw new Error(`always-present.json: ${structure} has no ${unknown.join(', ')}`);
  }
}
