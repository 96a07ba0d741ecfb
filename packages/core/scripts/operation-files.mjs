import { readdirSync, readFileSync } from 'node:fs';

const pascal = (kebab) => kebab.replace(/(^|-)([a-z])/g, (_, __, letter) => letter.toUpperCase());

/** The facts of a service, or what else is beside them in model/. */
export const readModel = (service) =>
  JSON.parse(readFileSync(new URL(`../model/${service}.json`, import.meta.url), 'utf8'));

/**
 * The operations that Coracle has: the files in src/operations/<service>/ that are named as operations of the service's
 * model are. The folder is the only list of them.
 */
export function operationFiles(service, { operations } = readModel(service)) {
  return readdirSync(new URL(`../src/operations/${service}/`, import.meta.url))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => ({ file, name: pascal(file.slice(0, -'.ts'.length)) }))
    .filter(({ name }) => operations[name] !== undefined)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
