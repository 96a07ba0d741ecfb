import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** The bytes of the files below a folder, and those that hold native code. */
export async function weigh(folder: string): Promise<{ bytes: number; native: string[] }> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((it) => it.isFile()).map((it) => join(it.parentPath, it.name));
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  return {
    bytes: sizes.reduce((sum, size) => sum + size, 0),
    native: files.filter((file) => /\.(node|so|dylib|dll|wasm)$/.test(file)),
  };
}
