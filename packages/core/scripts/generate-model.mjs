/**
 * Writes src/model/generated/ from the service models in model/: the TypeScript types, the shapes that the
 * validator walks, and the facts of each service. `node scripts/generate-model.mjs` writes the files;
 * src/model/generate-model.test.ts fails where they differ from what this would write.
 *
 * An operation is added by adding its name to OPERATIONS.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { factsModule } from './model/facts.mjs';
import { inputsModule } from './model/inputs.mjs';
import { typesModule } from './model/types.mjs';

/** The operations that Coracle has. `all`: the whole service. */
const OPERATIONS = {
  'ecr-public': 'all',
  ecr: ['CreateRepository', 'DeleteRepository', 'DescribeRepositories', 'GetAuthorizationToken'],
};

const MODELS = new URL('../model/', import.meta.url);
const GENERATED = new URL('../src/model/generated/', import.meta.url);

const readJson = (name) => JSON.parse(readFileSync(new URL(name, MODELS), 'utf8'));

/** The generated files, by name. `operations` is OPERATIONS, or another choice of the same form. */
export function generate(operations = OPERATIONS) {
  const alwaysPresent = readJson('always-present.json');
  const files = new Map();
  for (const service of Object.keys(OPERATIONS)) {
    const model = readJson(`${service}.json`);
    const all = Object.keys(model.operations).sort();
    const chosen = operations[service] === 'all' ? all : [...operations[service]].sort();
    const unknown = chosen.filter((name) => !all.includes(name));
    if (unknown.length > 0) throw new Error(`${service} has no operation ${unknown.join(', ')}`);
    files.set(`${service}.ts`, typesModule(model, chosen, alwaysPresent[service]));
    files.set(`${service}-inputs.ts`, inputsModule(model, chosen));
    files.set(`${service}-facts.ts`, factsModule(model, chosen));
  }
  return files;
}

/** The names of the generated files that are missing, differ or should not be there. */
export function stale(files = generate()) {
  const present = readdirSync(GENERATED);
  const differs = (name) =>
    !present.includes(name) || readFileSync(new URL(name, GENERATED), 'utf8') !== files.get(name);
  return [...[...files.keys()].filter(differs), ...present.filter((name) => !files.has(name))];
}

function write() {
  const files = generate();
  mkdirSync(GENERATED, { recursive: true });
  for (const name of stale(files)) {
    const text = files.get(name);
    if (text === undefined) rmSync(new URL(name, GENERATED));
    else writeFileSync(new URL(name, GENERATED), text);
    console.log(`${text === undefined ? 'removed' : 'wrote'} src/model/generated/${name}`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) write();
