import { join } from 'node:path';
import { transfer } from '../../packages/cli/test-support/transfer.ts';
import { growthDuring } from './growth.mts';

/*
 * Pushes archives and pulls them again, in a process of its own, and prints by how many MiB the process grew at the most.
 * The arguments are a folder, the host of a registry, and the names of archives in the folder. The first archive only
 * warms the process up.
 */

const [folder = '', host = '', ...archives] = process.argv.slice(2);

const steps = {
  push: (name: string) => transfer(folder, ['push', join(folder, name), `${host}/${name.split('.')[0]}:v1`]),
  pull: (name: string) =>
    transfer(folder, ['pull', `${host}/${name.split('.')[0]}:v1`, join(folder, `pulled-${name}.tar`)]),
};

const results: object[] = [];
for (const name of archives) {
  for (const [step, run] of Object.entries(steps)) {
    const { result, grownBy } = await growthDuring(() => run(name));
    results.push({ name, step, ...result, grownBy });
  }
}
console.log(JSON.stringify(results));
