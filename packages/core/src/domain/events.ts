import type { Repository } from './repositories/repository.ts';

/** The members that all events have. */
interface Common {
  readonly time: Date;
  readonly registry: 'public' | 'private';
  readonly accountId: string;
  /** The region of the registry; us-east-1 for a public one. */
  readonly region: string;
  readonly repositoryName: string;
}

interface ImageMembers {
  readonly digest: string;
  readonly mediaType: string;
}

/** An image was pushed, or an image that existed got another tag. A push that changes nothing is no event. */
export interface PushEvent extends Common, ImageMembers {
  readonly type: 'push';
  /** The tags that point to this image since the push, and did not before. */
  readonly tags: readonly string[];
  readonly artifactMediaType?: string;
}

/** A manifest was pulled. A client that pulls an index goes on with one of its images, which is another event. */
export interface PullEvent extends Common, ImageMembers {
  readonly type: 'pull';
  /** The tag that the client asked for. The list is empty if it asked for a digest. */
  readonly tags: readonly string[];
}

/** An image or one of its tags was deleted. A tag that moves to another image is not deleted. */
export interface DeleteEvent extends Common, ImageMembers {
  readonly type: 'delete';
  /** The tags that were deleted. */
  readonly tags: readonly string[];
  /** False if the image itself still exists. */
  readonly imageDeleted: boolean;
  readonly artifactMediaType?: string;
}

/** A repository was created. */
export interface CreateRepositoryEvent extends Common {
  readonly type: 'createRepository';
}

/** A repository was deleted, with all of its images. They are not announced one by one. */
export interface DeleteRepositoryEvent extends Common {
  readonly type: 'deleteRepository';
}

export type RegistryEvent = PushEvent | PullEvent | DeleteEvent | CreateRepositoryEvent | DeleteRepositoryEvent;
export type EventType = RegistryEvent['type'];

/** An event as the domain reports it, without the members that the repository gives it. */
export type WithoutCommon<E> = E extends unknown ? Omit<E, keyof Common> : never;

/** Tells listeners what has happened to a repository. It never throws. */
export type Announce = (repository: Repository, event: WithoutCommon<RegistryEvent>) => void;
