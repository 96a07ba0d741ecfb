import { mkdtemp, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Storage } from '@coracle/registry/core';
import { memoryStorage } from '@coracle/storage-memory';

/** Records in memory, pieces in files: so that what a test sees in memory is the engine's own. */
export async function fileStorage(): Promise<Storage & { readonly files: () => number }> {
  const folder = await mkdtemp(join(tmpdir(), 'coracle-pieces-'));
  const present = new Set<string>();
  return {
    records: memoryStorage().records,
    files: () => present.size,
    bytes: {
      maxBytes: 64 * 1024 * 1024,
      put: async (id, bytes) => {
        await writeFile(join(folder, id), bytes);
        present.add(id);
      },
      get: async (id) => (present.has(id) ? readFile(join(folder, id)) : undefined),
      remove: async (ids) => {
        for (const id of ids) if (present.delete(id)) await unlink(join(folder, id));
      },
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}
