import { CreateRepositoryCommand, DeleteRepositoryCommand, ECRPUBLICClient } from '@aws-sdk/client-ecr-public';
import { awsSdk } from '@coracle/registry/aws-sdk';
import { persist } from '@coracle/registry/storage-indexeddb';
import { list, pull, push, remove } from './images.ts';
import { onCreate, say, sayFailure, short, show } from './view.ts';
import { startRegistry, startServiceWorker } from './workers.ts';

async function start(): Promise<void> {
  const [registry] = await Promise.all([startRegistry(), startServiceWorker()]);
  // If the browser gives no IndexedDB, this call tells the reason. A client of the AWS SDK gets only the id of a log entry.
  await registry.ecrPublic.describeRepositories({ maxResults: 1 });
  const client = new ECRPUBLICClient(awsSdk(registry));

  /** Does one thing, tells the user how it ended, and returns whether it succeeded. */
  const act = async (work: () => Promise<string>): Promise<boolean> => {
    try {
      say(await work());
      return true;
    } catch (error) {
      sayFailure(error);
      // The list may be out of date: without a shared worker, other tabs change the registry without an event here.
      await refresh().catch(sayFailure);
      return false;
    }
  };

  const actions = {
    create: (repositoryName: string) =>
      act(async () => {
        await client.send(new CreateRepositoryCommand({ repositoryName }));
        return `Created ${repositoryName}.`;
      }),
    push: (repositoryName: string, tag: string) =>
      act(async () => {
        const digest = await push(client, repositoryName, tag);
        // Some browsers ask the user. The images are there without the answer.
        void persist();
        return `Pushed ${repositoryName}:${tag}, ${short(digest)}.`;
      }),
    pull: (repositoryUri: string, digest: string) =>
      act(async () => {
        const size = await pull(repositoryUri, digest);
        return `Pulled ${short(digest)} from ${repositoryUri}: ${size} bytes, and all digests match.`;
      }),
    deleteImage: (repositoryName: string, imageDigest: string) =>
      act(async () => {
        await remove(client, repositoryName, imageDigest);
        return `Deleted ${short(imageDigest)} from ${repositoryName}.`;
      }),
    deleteRepository: (repositoryName: string) =>
      act(async () => {
        await client.send(new DeleteRepositoryCommand({ repositoryName, force: true }));
        return `Deleted ${repositoryName}.`;
      }),
  };

  let latest = 0;
  const refresh = async (): Promise<void> => {
    const turn = ++latest;
    const repositories = await list(client);
    // Another change may have come while this list was read.
    if (turn === latest) show(repositories, actions);
  };
  // The events come from the worker that all tabs share: a push in one tab shows in the others.
  registry.events.on('*', () => refresh().catch(sayFailure));
  onCreate(actions.create);
  await refresh();
  say('Ready. This page now works without a network.');
}

start().catch(sayFailure);
