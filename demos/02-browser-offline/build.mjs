// Builds the site into dist/: static files, for any server.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, stop } from 'esbuild';

const dist = new URL('dist/', import.meta.url);
rmSync(dist, { recursive: true, force: true });
const settings = {
  absWorkingDir: fileURLToPath(new URL('.', import.meta.url)),
  bundle: true,
  minify: true,
  format: 'iife',
  target: 'es2022',
  outdir: 'dist',
  legalComments: 'none',
};
await build({
  ...settings,
  entryPoints: ['page.ts', 'worker.ts', 'style.css', 'index.html', 'icon.svg', 'app.webmanifest'].map(
    (it) => `src/${it}`,
  ),
  loader: { '.html': 'copy', '.svg': 'copy', '.webmanifest': 'copy' },
});

const files = readdirSync(dist).sort();
const hash = createHash('sha256');
for (const file of files) hash.update(`\0${file}\0`).update(readFileSync(new URL(file, dist)));
const SHELL = JSON.stringify({
  // Browsers install a service worker again only if its script has changed.
  version: hash.digest('hex').slice(0, 12),
  // Some servers redirect index.html to the folder, and a cached redirect cannot answer a navigation.
  files: files.map((file) => (file === 'index.html' ? './' : file)),
});
await build({ ...settings, entryPoints: ['src/sw.ts'], define: { SHELL } });
// Ends the process of esbuild, which would otherwise live as long as the server of start.mjs.
await stop();
