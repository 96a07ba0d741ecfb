import { exportImage } from '@coracle/registry/image-tar';
import { nameOf } from '../remote/reference.ts';
import { remoteOrigin } from '../remote/remote-registry.ts';
import { refuseExisting, writeImageFile } from './image-file.ts';
import { ownSurroundings, type Surroundings } from './surroundings.ts';
import { runTransfer } from './transfer.ts';
import type { Transfer } from './transfer-arguments.ts';

/** Runs `coracle pull`. Returns the exit code. */
export async function runPull(command: Transfer, surroundings: Surroundings = ownSurroundings()): Promise<number> {
  const { path, reference, settings } = command;
  const { registry, repository, tag, digest } = reference;
  const { force = false } = settings;
  const goOn = `Stopped, and ${path} was not written. Run the same command again to pull the image`;
  return runTransfer(command, surroundings, goOn, async ({ connect, progress, signal }) => {
    await refuseExisting(path, force);
    const client = await connect();
    const { onEvent } = progress;
    const remote = remoteOrigin({ client, repository, onEvent });
    const place = { host: registry, path: repository };
    const wanted = digest ?? tag ?? '';
    const { digest: found } = await remote.distribution.getManifest(place, wanted);
    // The tag may move meanwhile, so the image is exported by its digest.
    const name = tag === undefined ? undefined : nameOf({ ...reference, digest: undefined });
    const options = { repository: place, reference: found, name, signal };
    await writeImageFile(path, await exportImage(remote, options), { force, signal });
    return `${nameOf({ ...reference, digest: undefined })}@${found}`;
  });
}
