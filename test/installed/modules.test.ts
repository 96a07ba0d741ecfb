import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { output } from '../support/commands.ts';

const folder = new URL('../../packages/registry/', import.meta.url);

const { exports } = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8')) as {
  readonly exports: Readonly<Record<string, unknown>>;
};
const entries = Object.entries(exports)
  .filter(([, target]) => typeof target === 'object')
  .map(([path]) => `@coracle/registry${path.slice(1)}`)
  // The platform of these is Cloudflare's alone.
  .filter((entry) => !['/storage-durable-object', '/cloudflare'].some((end) => entry.endsWith(end)));

/** Runs a program on the build, as a project that has installed it does. */
const runs = (kind: 'module' | 'commonjs', program: string): Promise<string> =>
  output(process.execPath, [`--input-type=${kind}`, '--eval', program], {
    cwd: import.meta.dirname,
    // Without the condition under which this workspace finds the sources.
    env: { ...process.env, NODE_OPTIONS: '' },
  });

/** Each entry as it comes by `import` and by `require`. */
const loaded = `
  const { createRequire } = await import('node:module');
  const require = createRequire('${import.meta.filename}');
  const entries = ${JSON.stringify(entries)};
  const byImport = await Promise.all(entries.map((entry) => import(entry)));
  const byRequire = entries.map((entry) => require(entry));
`;

describe('the entries of @coracle/registry', () => {
  it('have the same names by import and by require', async () => {
    const printed = await runs(
      'module',
      `${loaded}
      const namesOf = (it) => Object.keys(it).filter((name) => name !== 'default' && name !== 'module.exports').sort();
      console.log(JSON.stringify([byImport.map(namesOf), byRequire.map(namesOf)]));`,
    );
    const [imported, required] = JSON.parse(printed) as string[][][];
    expect(required).toEqual(imported);
    for (const names of imported ?? []) expect(names.length).toBeGreaterThan(0);
  });

  it('have each class once for each module system, and RegistryError.is holds across the two', async () => {
    const printed = await runs(
      'module',
      `${loaded}
      const find = (modules, name) => modules.filter((it) => name in it).map((it) => it[name]);
      const systems = [byImport, byRequire];
      const thrown = [];
      for (const modules of systems) {
        const of = (entry) => modules[entries.indexOf('@coracle/registry' + entry)];
        const { createEngine, ecr } = of('/core');
        const engineOf = () => createEngine({ storage: of('/storage-memory').memoryStorage(), services: [ecr] });
        for (const one of [of('').createRegistry(), engineOf(), of('/core/testing').withTestHelpers(engineOf())]) {
          thrown.push([modules, await one.ecr.createRepository({ repositoryName: 'NO' }).catch((error) => error)]);
        }
      }
      const results = thrown.map(([from, error]) =>
        systems.flatMap((modules) =>
          find(modules, 'RegistryError').map((RegistryError) => [
            (error instanceof RegistryError) === (modules === from),
            RegistryError.is(error),
            RegistryError.is(new Error('other')),
          ]),
        ),
      );
      console.log(JSON.stringify(results));`,
    );
    const results = JSON.parse(printed) as unknown[][];
    expect(results).toHaveLength(6);
    for (const result of results) {
      expect(result.length).toBeGreaterThanOrEqual(4);
      for (const one of result) expect(one).toEqual([true, true, false]);
    }
  });

  it('work together if one is imported and the other is required', async () => {
    const printed = await runs(
      'module',
      `${loaded}
      const { ECRClient, DeleteRepositoryCommand } = require('@aws-sdk/client-ecr');
      const results = [];
      for (const [modules, others] of [[byImport, byRequire], [byRequire, byImport]]) {
        const of = (from, entry) => from[entries.indexOf('@coracle/registry' + entry)];
        const registry = of(modules, '').createRegistry({ storage: of(others, '/storage-memory').memoryStorage() });
        const client = new ECRClient({ ...of(others, '/aws-sdk').awsSdk(registry), maxAttempts: 1 });
        const refusal = () =>
          client.send(new DeleteRepositoryCommand({ repositoryName: 'ghost' })).catch(({ name, code }) => code ?? name);
        results.push(await refusal());
        const fail = of(others, '').networkError('ECONNREFUSED');
        const { stop } = registry.intercept('DeleteRepository', { fail });
        results.push(await refusal());
        results.push(
          await registry
            .fetch(new Request('http://localhost/', {
              method: 'POST',
              headers: { 'x-amz-target': 'AmazonEC2ContainerRegistry_V20150921.DeleteRepository' },
              body: '{"repositoryName":"ghost"}',
            }))
            .catch(({ message, cause }) => [message, cause.code].join()),
        );
        stop();
      }
      console.log(JSON.stringify(results));`,
    );
    const each = ['RepositoryNotFoundException', 'ECONNREFUSED', 'fetch failed,ECONNREFUSED'];
    expect(JSON.parse(printed)).toEqual([...each, ...each]);
  });

  it('load nothing of Node, and not LMDB', async () => {
    const printed = await runs(
      'commonjs',
      `const before = new Set(Object.keys(require.cache));
       for (const entry of ${JSON.stringify(entries)}) require(entry);
       console.log(Object.keys(require.cache).filter((file) => !before.has(file)).map((file) => file.split('/').slice(-3).join('/')).join());`,
    );
    expect(printed).toContain('registry/dist/coracle.cjs');
    expect(printed).not.toContain('lmdb');
  });
});
