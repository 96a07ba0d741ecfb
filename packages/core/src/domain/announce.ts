import type { RegistryEvent, WithoutCommon } from './events.ts';
import type { ImageSummary } from './images/image.ts';
import type { RepositoryChange } from './repositories/change.ts';

/**
 * Reports an event to the listeners of `engine.events` after the change of a repository is committed. If the change is
 * not committed, the event is not reported.
 */
export function announceAfter(change: RepositoryChange, event: WithoutCommon<RegistryEvent>): void {
  const { context, transaction, repository } = change;
  transaction.afterCommit(() => context.announce(repository, event));
}

/** Returns the digest, the media type and the artifact type of an image, as members of an event. */
export const imageMembers = ({ digest, mediaType, artifactMediaType }: ImageSummary) => ({
  digest,
  mediaType,
  ...(artifactMediaType === undefined ? {} : { artifactMediaType }),
});
