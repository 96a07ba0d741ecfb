import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { collect, foldersIn, pnpm, readManifest } from './tools.mjs';

/** Packs the published packages into an empty folder; gives the tarballs by name. Throws if one cannot be packed. */
export async function packInto(folder) {
  const packages = foldersIn('packages').filter((it) => readManifest(it).private !== true);
  const filters = packages.flatMap((it) => ['--filter', `./${it}`]);
  const { ok, output } = await collect(...pnpm('-r', ...filters, 'pack', '--pack-destination', folder));
  const files = readdirSync(folder).sort();
  if (!ok || files.length !== packages.length) {
    throw new Error(`${output}\nOf ${packages.length} packages ${files.length} were packed.`);
  }
  return new Map(
    packages.map((it) => {
      const { name, version } = readManifest(it);
      return [name, join(folder, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`)];
    }),
  );
}
