/**
 * Writes src/model/generated/ from the service models in model/: the TypeScript types, the shapes that the
 * validator walks, the facts of each service, and the exceptions of each operation. `node scripts/generate.mjs` writes the files;
 * src/model/generate-model.test.ts fails if they differ from what this would write.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { exceptionsModule } from './model/exceptions.mjs';
import { factsModule } from './model/facts.mjs';
import { inputsModule } from './model/inputs.mjs';
import { typesModule } from './model/types.mjs';
import { operationFiles, readModel } from './operation-files.mjs';

const GENERATED = new URL('../src/model/generated/', import.meta.url);

const services = ['ecr-public', 'ecr'];

/** The generated files, by name: of the operations that there are files of, or of another choice. */
export function generate(operations = {}) {
  const alwaysPresent = readModel('always-present');
  const files = new Map();
  const chosenOf = [];
  for (const service of services) {
    const model = readModel(service);
    const all = Object.keys(model.operations).sort();
    const choice = operations[service] ?? operationFiles(service, model).map(({ name }) => name);
    const chosen = choice === 'all' ? all : [...choice].sort();
    const unknown = chosen.filter((name) => !all.includes(name));
    if (unknown.length > 0) throw new Error(`${service} has no operation ${unknown.join(', ')}`);
    chosenOf.push({ model, chosen });
    files.set(`${service}.ts`, typesModule(model, chosen, alwaysPresent[service]));
    files.set(`${service}-inputs.ts`, inputsModule(model, chosen));
    files.set(`${service}-facts.ts`, factsModule(model, chosen));
  }
  files.set('exceptions.ts', exceptionsModule(chosenOf));
  return files;
}

/** The names of the generated files that are missing, differ or should not be there. */
export function stale(files = generate()) {
  const present = readdirSync(GENERATED);
  const differs = (name) =>
    !present.includes(name) || readFileSync(new URL(name, GENERATED), 'utf8') !== files.get(name);
  return [...[...files.keys()].filter(differs), ...present.filter((name) => !files.has(name))];
}

export function write() {
  const files = generate();
  mkdirSync(GENERATED, { recursive: true });
  for (const name of stale(files)) {
    const text = files.get(name);
    if (text === undefined) rmSync(new URL(name, GENERATED));
    else writeFileSync(new URL(name, GENERATED), text);
    console.log(`${text === undefined ? 'removed' : 'wrote'} src/model/generated/${name}`);
  }
}
