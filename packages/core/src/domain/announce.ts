import type { RegistryEvent, WithoutCommon } from './events.ts';
import type { ImageSummary } from './images/image.ts';
import type { RepositoryChange } from './repositories/change.ts';

/** Announces an event once the change of a repository is committed. A change that is not committed announces nothing. */
export function announceAfter(change: RepositoryChange, event: WithoutCommon<RegistryEvent>): void {
  const { context, transaction, repository } = change;
  transaction.afterCommit(() => context.announce(repository, event));
}

/** Returns what events say about an image. */
export const imageMembers = ({ digest, mediaType, artifactMediaType }: ImageSummary) => ({
  digest,
  mediaType,
  ...(artifactMediaType === undefined ? {} : { artifactMediaType }),
});
