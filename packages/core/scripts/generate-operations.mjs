// Writes src/operations/generated/: for each service, the table of its operations and the interface that
// users call. Both come from the files in src/operations/<service>/, one an operation: its exported
// function's name, and its docstring.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { operationFiles, readModel } from './operation-files.mjs';

const src = join(dirname(fileURLToPath(import.meta.url)), '../src');
const services = [
  { folder: 'ecr-public', service: 'ecr-public', types: 'EcrPublic', title: 'Amazon ECR Public' },
  { folder: 'ecr', service: 'ecr', types: 'Ecr', title: 'Amazon ECR' },
];

const camel = (name) => name[0].toLowerCase() + name.slice(1);

/** The operations of a service: file, name, docstring, and whether the input has required members. */
export function operationsOf(folder) {
  const model = readModel(folder);
  return operationFiles(folder, model).map(({ file, name }) => {
    const text = readFileSync(join(src, 'operations', folder, file), 'utf8');
    const doc = new RegExp(String.raw`/\*\*((?:(?!\*/)[^])*)\*/\nexport async function ${camel(name)}\(`).exec(text);
    if (!doc) throw new Error(`${folder}/${file}: no docstring before 'export async function ${camel(name)}('`);
    const input = model.shapes[model.operations[name].input];
    return {
      file,
      name,
      method: camel(name),
      doc: doc[1].replace(/\s*\n?\s*\*\s?/g, ' ').trim(),
      needsInput: (input?.required ?? []).length > 0,
      pages: model.pagination?.[name],
    };
  });
}

function generate({ folder, service, types, title }) {
  const operations = operationsOf(folder);
  const lines = [
    `// Written by scripts/generate.mjs from src/operations/${folder}/. Do not edit.`,
    `import type { ${types} } from '../../model/index.ts';`,
    `import type { CallInput, CallOptions, Implementations, PageOptions } from '../implementation.ts';`,
    ...operations.map(({ file, method }) => `import { ${method} } from '../${folder}/${file}';`),
    '',
    `export const ${camel(types)}Operations = {`,
    ...operations.map(({ name, method }) => `  ${name}: ${method},`),
    `} satisfies Implementations<'${service}'>;`,
    '',
    `/** The operations of ${title} as methods, and async paginators of those that give pages. */`,
    `export interface ${types}Face {`,
    ...operations.flatMap(({ name, method, doc, needsInput }) => [
      `  /** ${doc} */`,
      `  ${method}(input${needsInput ? '' : '?'}: CallInput<${types}.${name}Request>, options?: CallOptions): Promise<${types}.${name}Response>;`,
    ]),
    ...operations
      .filter(({ pages }) => pages)
      .flatMap(({ name, method, needsInput }) => [
        `  /** The pages of \`${method}\`, one after the other. */`,
        `  paginate${name}(input${needsInput ? '' : '?'}: CallInput<${types}.${name}Request>, options?: PageOptions): AsyncGenerator<${types}.${name}Response, void>;`,
      ]),
    '}',
    '',
  ];
  return lines.join('\n');
}

/** Generates the text of each file, without writing it. */
export function generatedFiles() {
  return services.map((service) => ({
    path: join(src, 'operations/generated', `${service.folder}.ts`),
    text: generate(service),
  }));
}

/** Returns the paths of the files that are missing or out of date. */
export function stale() {
  return generatedFiles()
    .filter(({ path, text }) => !existsSync(path) || readFileSync(path, 'utf8') !== text)
    .map(({ path }) => path);
}

export function write() {
  mkdirSync(join(src, 'operations/generated'), { recursive: true });
  const differing = stale();
  for (const { path, text } of generatedFiles().filter(({ path }) => differing.includes(path))) {
    writeFileSync(path, text);
    console.log(`wrote ${path}`);
  }
}
