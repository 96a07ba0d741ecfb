import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { workerdProgram } from './workerd.ts';

/**
 * Lets miniflare start workerd by a script that writes down the id of its process, which miniflare tells nobody.
 * @param folder the folder for the script and the id
 */
export async function killableWorkerd(folder: string): Promise<{ kill: () => Promise<void>; restore: () => void }> {
  const [starter, id] = [join(folder, 'workerd'), join(folder, 'pid')];
  await writeFile(starter, `#!/bin/sh\necho $$ > '${id}'\nexec '${workerdProgram()}' "$@"\n`);
  await chmod(starter, 0o755);
  process.env['MINIFLARE_WORKERD_PATH'] = starter;
  return {
    kill: async () => void process.kill(Number(await readFile(id, 'utf8')), 'SIGKILL'),
    restore: () => delete process.env['MINIFLARE_WORKERD_PATH'],
  };
}
