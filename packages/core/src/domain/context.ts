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

/** What every operation works with: one per engine. */
export interface Context {
  readonly store: Store;
  readonly signer: Signer;
  readonly liveUploads: LiveUploads;
  readonly openUploads: OpenUploads;
  readonly pieceIds: PieceIds;
  /** Bounds what bodies and answers under way hold in memory. */
  readonly room: Room;
  /** Decides what a caller may do. */
  readonly policy: Policy;
  readonly hasher: Hasher;
  /** Tells the listeners of `engine.events`. */
  readonly announce: Announce;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** A fresh, unguessable UUID. */
  readonly ids: () => string;
  readonly limits: Limits;
  /** The account and region of a caller that names none. */
  readonly accountId: string;
  readonly region: string;
  /** The custom alias and the badge of the account's public registry, where none is stored. */
  readonly registryAlias: string | undefined;
  readonly verified: boolean;
  /** The origin that really answers; undefined: addresses are AWS's own. */
  readonly endpoint: URL | undefined;
}
