import { join } from 'node:path';
import { type ImageSource, importImage } from '@coracle/registry/image-tar';
import { fromPath } from '@coracle/registry/image-tar/node';
import { nameOf } from '../remote/reference.ts';
import { remoteDestination } from '../remote/remote-registry.ts';
import { uploadStatesIn } from '../remote/upload-states.ts';
import { ownSurroundings, type Surroundings } from './surroundings.ts';
import { runTransfer } from './transfer.ts';
import type { Transfer } from './transfer-arguments.ts';

/** The default of `--chunk-size` in bytes. The zones of Cloudflare refuse bodies of more than 100 MB in the cheaper plans. */
const defaultChunkSize = 90_000_000;
/** The number of blobs that are uploaded at the same time. */
const concurrency = 2;

const goOn = 'Stopped. Run the same command again: it goes on where it stopped';

/** Runs `coracle push`. Returns the exit code. */
export async function runPush(command: Transfer, surroundings: Surroundings = ownSurroundings()): Promise<number> {
  const { path, reference, settings } = command;
  const { chunkSize = defaultChunkSize, mountFrom = [] } = settings;
  const { registry, repository, tag } = reference;
  return runTransfer(command, surroundings, goOn, async ({ connect, progress, signal }) => {
    const source = await sourceAt(path);
    const client = await connect();
    const { processId, isRunning, patience } = surroundings;
    const folder = settings.cache ?? cacheFolder(surroundings);
    const { origin } = client.home;
    const states = uploadStatesIn({ folder, registry: origin, repository, processId, isRunning, now: patience.now });
    const { onEvent } = progress;
    const remote = remoteDestination({ client, repository, chunkSize, mountFrom, states, onEvent });
    const image = imageOf(settings.image);
    const place = { host: registry, path: repository };
    const { digest } = await importImage(remote, source, { repository: place, tag, image, concurrency, signal });
    return `${nameOf(reference)}@${digest}`;
  });
}

async function sourceAt(path: string): Promise<ImageSource> {
  try {
    return await fromPath(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT') throw new Error(`The archive ${path} cannot be read (${message}): choose another file`);
    const advice = skopeoName.test(path)
      ? 'write only the path, without the prefix and the tag of skopeo. --image selects an image of the archive'
      : 'write the path of a tar, or of a folder with an OCI layout, and after it the name of the image';
    throw new Error(`The archive ${path} does not exist: ${advice}`);
  }
}

/** The names that skopeo gives to archives and folders, such as `oci-archive:image.tar` and `layout:v1`. */
const skopeoName = /^(?:oci|oci-archive|docker-archive|dir):|^[^:]*:[\w.-]+$/;

const imageOf = (text: string | undefined): string | number | undefined =>
  text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : text;

const cacheFolder = ({ environment, home }: Surroundings): string =>
  join(environment['XDG_CACHE_HOME'] || join(home, '.cache'), 'coracle');
