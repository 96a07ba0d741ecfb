import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'tsup';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** A Worker's sources as one module, which is what a deployment sends: in workerd nothing is left to be found. */
export async function bundled(source: URL): Promise<string> {
  const folder = await temporaryFolder();
  try {
    await build({
      config: false,
      entry: { worker: fileURLToPath(source) },
      outDir: folder.path,
      format: ['esm'],
      target: 'es2022',
      platform: 'neutral',
      noExternal: [/^(?!cloudflare:|node:)/],
      external: [/^(cloudflare|node):/],
      esbuildPlugins: [
        {
          name: 'left to the test',
          setup({ onLoad, onResolve }) {
            // A Worker does what a test's scenario says, and the test judges it.
            onResolve({ filter: /^vitest$/ }, ({ path }) => ({ path, namespace: 'left out' }));
            onLoad({ filter: /./, namespace: 'left out' }, () => ({ contents: 'export const expect = undefined;' }));
          },
        },
      ],
      esbuildOptions: (options) => {
        options.conditions = ['@coracle/source', 'workerd', 'worker'];
        options.mainFields = ['module', 'main'];
      },
      splitting: false,
      dts: false,
      silent: true,
    });
    return await readFile(join(folder.path, 'worker.js'), 'utf8');
  } finally {
    await folder.remove();
  }
}
