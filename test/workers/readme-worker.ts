import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Miniflare, type MiniflareOptions } from 'miniflare';
import { unstable_getMiniflareWorkerOptions } from 'wrangler';

/** The blocks of a README that begin with a comment that names a file, by that name. */
async function filesIn(readme: URL): Promise<[name: string, text: string][]> {
  const blocks = (await readFile(readme, 'utf8')).matchAll(/```(?:ts|jsonc)\n\/\/ (\S+)\n([\s\S]*?)```/g);
  return [...blocks].map(([, name = '', text = '']) => [name, text]);
}

const run = promisify(execFile);

/** The Worker of a package's README, exactly as it stands there: bundled and configured by wrangler, run by workerd. */
export async function readmeWorker(readme: URL): Promise<{ worker: Miniflare; stop: () => Promise<void> }> {
  // Below the tests, so that it finds what they have installed.
  const cache = fileURLToPath(new URL('../node_modules/.cache/', import.meta.url));
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'worker-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    for (const [name, text] of await filesIn(readme)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), text);
    }
    const wrangler = fileURLToPath(new URL('../node_modules/.bin/wrangler', import.meta.url));
    await run(wrangler, ['deploy', '--dry-run', '--outdir', 'out'], {
      cwd: folder,
      env: {
        ...process.env,
        WRANGLER_BUILD_CONDITIONS: '@coracle/source,workerd,worker,browser',
        WRANGLER_SEND_METRICS: 'false',
      },
    });
    const { workerOptions } = unstable_getMiniflareWorkerOptions(join(folder, 'wrangler.jsonc'));
    const script = await readFile(join(folder, 'out/index.js'), 'utf8');
    const worker = new Miniflare({ ...workerOptions, modules: true, script, cf: false } as MiniflareOptions);
    await worker.ready;
    const stop = async () => {
      await worker.dispose();
      await remove();
    };
    return { worker, stop };
  } catch (error) {
    await remove();
    throw error;
  }
}
