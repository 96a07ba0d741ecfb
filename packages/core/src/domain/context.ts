import type { Policy } from '../access/policy.ts';
import type { Hasher } from '../digest/running-hash.ts';
import type { Limits } from '../limits.ts';
import type { Store } from '../storage/commit.ts';
import type { Announce } from './events.ts';
import type { LiveUploads } from './layers/live-uploads.ts';
import type { OpenUploads } from './layers/open-uploads.ts';
import type { PieceIds } from './layers/piece-ids.ts';
import type { Room } from './room.ts';
import type { Signer } from './signer.ts';

/**
 * The objects and settings of an engine that all of its operations use, such as the store, the signer and the clock.
 * Each engine has one context.
 */
export interface Context {
  readonly store: Store;
  readonly signer: Signer;
  readonly liveUploads: LiveUploads;
  readonly openUploads: OpenUploads;
  readonly pieceIds: PieceIds;
  /** Limits the memory that requests and responses in progress use together. */
  readonly room: Room;
  /** Decides whether a caller may do an action. */
  readonly policy: Policy;
  readonly hasher: Hasher;
  /** Reports an event to the listeners of `engine.events`. */
  readonly announce: Announce;
  /** Returns the current time in milliseconds since 1970. */
  readonly clock: () => number;
  /** Returns a new, unguessable UUID at each call. */
  readonly ids: () => string;
  /** Returns a new id for a repository, in the form of a UUID. It is unique, but can be guessed. */
  readonly repositoryIds: () => string;
  readonly limits: Limits;
  /**
   * The account id that is used if a call does not name an account. `region` is the region that is used if a call does
   * not name a region.
   */
  readonly accountId: string;
  readonly region: string;
  /**
   * The custom alias of the public registry of the engine's own account. If the storage contains an alias for that
   * registry, the stored alias is used instead. `verified` says whether that registry has the verified badge. If the
   * storage contains such a setting, the stored setting is used instead.
   */
  readonly registryAlias: string | undefined;
  readonly verified: boolean;
  /**
   * The URL at which clients reach this registry. Addresses in responses begin with the host of this URL. If the URL is
   * undefined, the addresses begin with AWS's own hosts, such as `public.ecr.aws`.
   */
  readonly endpoint: URL | undefined;
}
