import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** An upload that can go on after a restart of the command. */
export interface SavedUpload {
  /** The address of the upload, as the registry gave it last. */
  readonly location: string;
  /** The minimum size in bytes of a chunk, as the registry stated it. */
  readonly minChunk: number;
}

/** Remembers uploads and blobs between two runs of the command. */
export interface UploadStates {
  /** Returns the upload of a blob that an earlier run began, and takes it over. */
  take(digest: string): Promise<SavedUpload | undefined>;
  save(digest: string, upload: SavedUpload): Promise<void>;
  forget(digest: string): Promise<void>;
  /** Returns the repositories of this registry to which a blob was pushed before, the newest first. */
  repositoriesWith(digest: string): Promise<readonly string[]>;
  remember(digest: string): Promise<void>;
}

export interface UploadStatesOptions {
  /** The folder of all states. It is created if it does not exist. */
  readonly folder: string;
  /** The origin of the registry, and the repository. */
  readonly registry: string;
  readonly repository: string;
  readonly processId: number;
  readonly isRunning: (processId: number) => boolean;
  readonly now: () => number;
}

/** Registries delete uploads that are older than some days. */
const longestUploadAge = 7 * 86_400_000;
/** Layers of base images are pushed again and again, which writes their files anew. */
const longestBlobAge = 90 * 86_400_000;
const maxRepositories = 3;

/**
 * Keeps states as small files in a folder. The name of a file contains the id of the process that uploads, so that two
 * commands which push the same image at the same time do not write into one upload.
 *
 * A state is only a hint: if a file cannot be read or written, the push goes on without it.
 */
export function uploadStatesIn(options: UploadStatesOptions): UploadStates {
  const { folder, registry, repository, processId, isRunning, now } = options;
  let removing: Promise<unknown> | undefined;
  const uploads = join(folder, 'uploads');
  const blobs = join(folder, 'blobs');
  const uploadKey = (digest: string) => nameOf(`${registry} ${repository} ${digest}`);
  const ownFile = (digest: string) => join(uploads, `${uploadKey(digest)}.${processId}.json`);
  const blobFile = (digest: string) => join(blobs, `${nameOf(`${registry} ${digest}`)}.json`);
  const known = async (digest: string): Promise<string[]> => {
    const read = await readJson(blobFile(digest));
    return Array.isArray(read) ? read.filter((it): it is string => typeof it === 'string') : [];
  };
  return {
    take: async (digest) => {
      // Once is enough: no file gets old in one run.
      removing ??= Promise.all([
        removeOld(uploads, now() - longestUploadAge),
        removeOld(blobs, now() - longestBlobAge),
      ]);
      await removing;
      for (const file of await namesIn(uploads)) {
        const [key, owner] = file.split('.');
        if (key !== uploadKey(digest) || (Number(owner) !== processId && isRunning(Number(owner)))) continue;
        const taken = await rename(join(uploads, file), ownFile(digest)).then(
          () => readJson(ownFile(digest)),
          () => undefined,
        );
        const saved = savedIn(taken);
        if (saved) return saved;
      }
      return undefined;
    },
    save: (digest, upload) => writeJson(uploads, ownFile(digest), upload),
    forget: (digest) => rm(ownFile(digest), { force: true }).catch(() => undefined),
    repositoriesWith: async (digest) => (await known(digest)).filter((it) => it !== repository),
    remember: async (digest) => {
      const all = [repository, ...(await known(digest)).filter((it) => it !== repository)];
      await writeJson(blobs, blobFile(digest), all.slice(0, maxRepositories));
    },
  };
}

const nameOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 40);

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Writes a file that only this user can read, because the address of an upload may contain a secret. */
async function writeJson(folder: string, path: string, value: unknown): Promise<void> {
  const temporary = `${path}.new`;
  await mkdir(folder, { recursive: true, mode: 0o700 })
    .then(() => writeFile(temporary, JSON.stringify(value), { mode: 0o600 }))
    .then(() => rename(temporary, path))
    .catch(() => undefined);
}

function savedIn(value: unknown): SavedUpload | undefined {
  const { location, minChunk } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof location !== 'string' || !URL.canParse(location) || typeof minChunk !== 'number') return undefined;
  return { location, minChunk };
}

async function removeOld(folder: string, before: number): Promise<void> {
  for (const name of await namesIn(folder)) {
    const path = join(folder, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: before }));
    if (mtimeMs < before) await rm(path, { force: true }).catch(() => undefined);
  }
}
