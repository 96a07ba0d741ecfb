import type { Repository } from './repositories/repository.ts';

/** The members that all registry events have. */
interface Common {
  readonly time: Date;
  readonly registry: 'public' | 'private';
  readonly accountId: string;
  /** The AWS region of the registry. It is us-east-1 for a public registry. */
  readonly region: string;
  readonly repositoryName: string;
}

interface ImageMembers {
  readonly digest: string;
  readonly mediaType: string;
}

/**
 * The event after a push: an image was stored, or an existing image got another tag. A push that changes nothing causes
 * no event.
 */
export interface PushEvent extends Common, ImageMembers {
  readonly type: 'push';
  /**
   * The tags that point to the image after the push and did not before: new tags, and tags that moved from another
   * image.
   */
  readonly tags: readonly string[];
  readonly artifactMediaType?: string;
}

/**
 * The event after a client has pulled a manifest. If a client pulls an image index and then one of its images, each of
 * the two pulls causes an event.
 */
export interface PullEvent extends Common, ImageMembers {
  readonly type: 'pull';
  /** The tag that the client asked for, as a list of one tag. The list is empty if the client asked for a digest. */
  readonly tags: readonly string[];
}

/**
 * The event after an image or one of its tags was deleted. A push that moves a tag to another image does not cause this
 * event.
 */
export interface DeleteEvent extends Common, ImageMembers {
  readonly type: 'delete';
  /** The deleted tags of the image. */
  readonly tags: readonly string[];
  /** Whether the image itself was deleted. False if only tags were deleted, and the image still exists. */
  readonly imageDeleted: boolean;
  readonly artifactMediaType?: string;
}

/** The event after a repository was created. */
export interface CreateRepositoryEvent extends Common {
  readonly type: 'createRepository';
}

/**
 * The event after a repository was deleted with all of its images. No separate event is reported for each of the
 * images.
 */
export interface DeleteRepositoryEvent extends Common {
  readonly type: 'deleteRepository';
}

export type RegistryEvent = PushEvent | PullEvent | DeleteEvent | CreateRepositoryEvent | DeleteRepositoryEvent;
export type EventType = RegistryEvent['type'];

/**
 * An event before the engine has added the members that all events have, such as the time and the repository's name.
 */
export type WithoutCommon<E> = E extends unknown ? Omit<E, keyof Common> : never;

/** Reports an event of a repository to the listeners of `engine.events`. Never throws. */
export type Announce = (repository: Repository, event: WithoutCommon<RegistryEvent>) => void;
