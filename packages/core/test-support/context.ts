import { memoryStorage } from '@coracle/storage-memory';
import { repositoryPolicies } from '../src/access/decide.ts';
import { defaultHasher } from '../src/digest/hasher.ts';
import type { Context } from '../src/domain/context.ts';
import { LiveUploads } from '../src/domain/layers/live-uploads.ts';
import { OpenUploads } from '../src/domain/layers/open-uploads.ts';
import { PieceIds } from '../src/domain/layers/piece-ids.ts';
import { Room } from '../src/domain/room.ts';
import { Signer } from '../src/domain/signer.ts';
import type { Storage } from '../src/index.ts';
import { awsLimits } from '../src/limits.ts';
import { Store } from '../src/storage/commit.ts';
import { sequentialIds } from '../src/testing/index.ts';
import { account, testClock } from './registry.ts';

/** Versions that count up. */
export function sequentialVersions(): () => string {
  let n = 0;
  return () => `v${++n}`;
}

/** Makes the context that the functions of `domain/` need, without an engine. */
export function testContext(storage: Storage = memoryStorage(), changes: Partial<Context> = {}): Context {
  const store = new Store(() => storage, sequentialVersions());
  const clock = testClock();
  const ids = sequentialIds();
  return {
    store,
    signer: new Signer({ store, hasher: defaultHasher, registry: '' }),
    liveUploads: new LiveUploads(),
    openUploads: new OpenUploads(clock, awsLimits.uploadLifetime),
    hasher: defaultHasher,
    pieceIds: new PieceIds(store, clock, ids),
    room: new Room(Number.POSITIVE_INFINITY),
    policy: repositoryPolicies({ store, accountId: account }),
    announce: () => undefined,
    clock,
    ids,
    repositoryIds: ids,
    limits: awsLimits,
    accountId: account,
    region: 'us-east-1',
    registryAlias: undefined,
    verified: false,
    endpoint: undefined,
    ...changes,
  };
}
