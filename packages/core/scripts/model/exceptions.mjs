import { bracketed, quoted } from './text.mjs';

/** The exceptions that every operation can have, or nearly every one. They count among AWS's common errors. */
const EVERYWHERE = ['InvalidParameterException', 'ServerException'];

/** The exceptions of the chosen operations by service, and the members of those that have more than a message. */
export function exceptionsModule(services) {
  const members = new Map();
  const tables = services.map(({ model, chosen }) => {
    const rows = chosen.map((operation) => {
      const errors = model.operations[operation].errors.filter((name) => !EVERYWHERE.includes(name)).sort();
      for (const name of errors) {
        const own = Object.keys(model.shapes[name]?.members ?? {}).filter((member) => member !== 'message');
        if (own.length > 0) members.set(name, own);
      }
      return bracketed(
        `${operation}: `,
        '[]',
        errors.map((name) => quoted(name.replace(/Exception$/, ''))),
        ',\n',
        '    ',
      );
    });
    const key = model.service.includes('-') ? quoted(model.service) : model.service;
    return `  ${key}: {\n${rows.join('')}  },\n`;
  });
  const own = [...members].map(([name, list]) => bracketed(`${name}: `, '[]', list.map(quoted), ',\n', '  '));
  return `// Written by scripts/generate.mjs from the models of the services. Do not edit.

/** The exceptions that the model of each operation declares, without \`Exception\` at their end. */
export const exceptions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
${tables.join('')}};

/** The members of the exceptions that have more than a message. */
export const exceptionMembers: Readonly<Record<string, readonly string[]>> = {
${own.join('')}};
`;
}
