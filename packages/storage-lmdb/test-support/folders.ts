import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { lmdbStorage } from '../src/index.ts';

/** Returns a new folder, which is gone when the test is over. */
export async function emptyFolder(): Promise<string> {
  const { path, remove } = await temporaryFolder();
  onTestFinished(remove);
  return path;
}

/** Returns a folder in which a record and a piece are kept, closed. */
export async function usedFolder(): Promise<string> {
  const folder = await emptyFolder();
  const { records, bytes, close } = lmdbStorage(folder);
  await records.commit({ put: [{ key: 'kept', version: '1', value: 'a record' }] });
  await bytes.put('kept', Uint8Array.of(1, 2, 3));
  await close();
  return folder;
}

/** Returns all that is in a folder: each path with what is there, and its mode. */
export function treeOf(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return Object.fromEntries(names.map((name) => [name, describe(join(folder, name))]));
}

function describe(path: string): string {
  const found = lstatSync(path);
  const mode = (found.mode & 0o7777).toString(8);
  if (found.isSymbolicLink()) return `${mode} -> ${readlinkSync(path)}`;
  return found.isFile() ? `${mode} ${readFileSync(path, 'hex')}` : mode;
}
