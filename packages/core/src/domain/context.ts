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

/** The parts that every operation works with. An engine has one context. */
export interface Context {
  readonly store: Store;
  readonly signer: Signer;
  readonly liveUploads: LiveUploads;
  readonly openUploads: OpenUploads;
  readonly pieceIds: PieceIds;
  /** Limits what requests and responses in progress hold in memory. */
  readonly room: Room;
  /** Decides whether a caller may do an action. */
  readonly policy: Policy;
  readonly hasher: Hasher;
  /** Tells the listeners of `engine.events`. */
  readonly announce: Announce;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** A fresh, unguessable UUID. */
  readonly ids: () => string;
  /** Returns a new id for a repository, in the form of a UUID. It is unique, but can be guessed. */
  readonly repositoryIds: () => string;
  readonly limits: Limits;
  /** The account and region of a caller that does not name them. */
  readonly accountId: string;
  readonly region: string;
  /** The custom alias and the badge of the account's public registry, if none are stored. */
  readonly registryAlias: string | undefined;
  readonly verified: boolean;
  /** The origin that really answers. If it is undefined, addresses are AWS's own. */
  readonly endpoint: URL | undefined;
}
