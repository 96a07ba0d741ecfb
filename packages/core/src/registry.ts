import { look, mayCreate } from './access/door.ts';
import { programOnly } from './access/policy.ts';
import { defaultHasher } from './digest/hasher.ts';
import type { Context } from './domain/context.ts';
import { type Collected, collectGarbage, type Graces } from './domain/garbage/collect.ts';
import { LiveUploads } from './domain/layers/live-uploads.ts';
import { OpenUploads } from './domain/layers/open-uploads.ts';
import { PieceIds } from './domain/layers/piece-ids.ts';
import type { RegistryRef } from './domain/registries/registry.ts';
import { configurePublicRegistry, type PublicRegistrySettings } from './domain/registries/settings.ts';
import { Room } from './domain/room.ts';
import { Signer } from './domain/signer.ts';
import { type AsyncDisposal, disposalBy } from './engine/disposal.ts';
import { distributionOf } from './engine/distribution.ts';
import type { Distribution } from './engine/distribution-face.ts';
import { type Events, eventsWith } from './engine/events.ts';
import { facesOf } from './engine/faces.ts';
import { keepInternals } from './engine/internals.ts';
import { checkDuration, checkOptions, checkStorage, type EngineOptions } from './engine/options.ts';
import { Runner } from './engine/runner.ts';
import { RegistryError, unknownOperation } from './errors.ts';
import { type Limits, withLimits } from './limits.ts';
import type { ServiceName } from './model/index.ts';
import type { CallOptions } from './operations/implementation.ts';
import { randomUuid } from './random-uuid.ts';
import type { FacesOf, Service } from './services/service.ts';
import { Store } from './storage/commit.ts';
import { openLayout } from './storage/layout.ts';
import type { Guarantees } from './storage/port.ts';
import { uniqueUuid } from './unique-uuid.ts';

/**
 * The members that every engine has, with or without services. `withTestHelpers` of `@coracle/core/testing` adds
 * methods for tests. `await using engine = createEngine(…)` closes the engine at the end of the block.
 */
export interface EngineBase extends AsyncDisposal {
  /** The services that were passed to `createEngine`. */
  readonly services: readonly Service[];
  /** The OCI distribution protocol as methods, such as `engine.distribution.getManifest(…)`. */
  readonly distribution: Distribution;
  /** Whether the engine has the option `access`. A fetch handler with closed access needs such an engine. */
  readonly checksAccess: boolean;
  /** Calls listeners after pushes, pulls, deletions and new repositories: `events.on('push', ({ tags }) => …)`. */
  readonly events: Events;
  readonly accountId: string;
  readonly region: string;
  /**
   * The URL that `repositoryUri` and other addresses in answers start with. If `endpoint` is undefined, answers have
   * the addresses of AWS.
   */
  readonly endpoint: URL | undefined;
  readonly limits: Limits;
  /**
   * Limits the memory that all requests and responses in progress use together. The option `maxBufferedBytes` is the
   * maximum in bytes.
   */
  readonly room: Room;

  /**
   * Runs the operation `operation` of a service. `input` may be any value, and is checked before the operation runs. A
   * server calls `invoke` for each request to the AWS API.
   */
  invoke(service: ServiceName, operation: string, input: unknown, options?: CallOptions): Promise<unknown>;
  /** Returns the guarantees of the storage, for example whether commits are atomic. */
  guarantees(): Promise<Guarantees>;
  /**
   * Changes those settings of the public registry that only AWS can change for a real registry: the custom alias, the
   * status of the alias's review, and the verified badge.
   */
  setPublicRegistry(settings: PublicRegistrySettings): Promise<void>;

  /**
   * Deletes unused data: layers that no image mentions any more, expired uploads, records of deleted repositories, and
   * content of writes that stopped halfway.
   *
   * Only data that is older than `grace` milliseconds is deleted. `grace` is 24 hours by default. Layers that no image
   * mentions are deleted after `layerGrace` milliseconds. `layerGrace` is equal to `grace` by default. Clients may push
   * images while this method runs.
   */
  collectGarbage(options?: Partial<Graces>): Promise<Collected>;
  /** Closes the storage. */
  close(): Promise<void>;
}

/** An engine with the methods of its services: `engine.ecrPublic.putImage(input)`. */
export type Engine<S extends readonly Service[] = readonly [Service<'ecr-public'>, Service<'ecr'>]> = EngineBase &
  FacesOf<S>;

/**
 * Creates an engine, which is a registry without a server. The storage is opened at the first use, not by this call.
 * @throws TypeError if an option is invalid
 */
export function createEngine<const S extends readonly Service[]>(options: EngineOptions<S>): Engine<S> {
  const { endpoint, secrets } = checkOptions(options);
  const {
    storage,
    services,
    access = programOnly,
    accountId = '123456789012',
    region = 'us-east-1',
    hasher = defaultHasher,
    clock = Date.now,
    maxBufferedBytes = Number.POSITIVE_INFINITY,
  } = options;
  const ids = options.ids ?? randomUuid;
  const now = checkedClock(clock);
  const openStorage = async () => (typeof storage === 'function' ? checkStorage(await storage()) : storage);
  const store = new Store(openStorage, uniqueUuid, (opened) => openLayout(opened, uniqueUuid));
  const limits = withLimits(options.limits);
  const { events, announce } = eventsWith(now);
  const context: Context = {
    store,
    signer: new Signer({ store, hasher, secrets, registry: [accountId, region, endpoint?.host].join('/') }),
    liveUploads: new LiveUploads(),
    openUploads: new OpenUploads(now, limits.uploadLifetime),
    pieceIds: new PieceIds(store, now),
    room: new Room(maxBufferedBytes),
    policy: access({ store, accountId }),
    hasher,
    announce,
    clock: now,
    ids,
    repositoryIds: options.ids ?? uniqueUuid,
    limits,
    accountId,
    region,
    registryAlias: options.registryAlias,
    verified: options.verified ?? false,
    endpoint,
  };
  const runner = new Runner(context, services);

  const create = async (
    name: string,
    { kind, accountId, region }: RegistryRef,
    principal: string,
  ): Promise<unknown> => {
    const service = services.find(({ registries }) => registries === kind);
    if (!service)
      throw unknownOperation(
        `This registry has no service with ${kind} repositories: pass such a service to createEngine() in 'services'`,
      );
    return runner.invoke(service.name, 'CreateRepository', { repositoryName: name }, { accountId, region, principal });
  };
  const createUnlessThere = (...of: Parameters<typeof create>): Promise<unknown> =>
    create(...of).catch((error: unknown) => {
      if (!RegistryError.is(error) || error.name !== 'RepositoryAlreadyExistsException') throw error;
    });
  const distribution = distributionOf(context, runner, async (_, caller, { at }) => {
    // If the caller may not create it, the push itself is refused next, and the refusal does not say what exists.
    if (!(await mayCreate(context, caller, at))) return;
    const { address, exists } = await look(context, caller, at);
    if (!exists) await createUnlessThere(address.name, address.registry, caller.principal);
  });

  // A storage that is not a function is open even before the first call.
  const close = async (): Promise<void> => (typeof storage === 'function' ? store.close() : storage.close?.());
  const engine: Engine<S> = {
    ...facesOf<S>(runner, services),
    services,
    distribution,
    checksAccess: options.access !== undefined,
    events,
    accountId,
    region,
    endpoint,
    limits: context.limits,
    room: context.room,
    invoke: (service, operation, input, callOptions) => runner.invoke(service, operation, input, callOptions),
    guarantees: async () => (await store.storage()).records.guarantees,
    setPublicRegistry: (settings) => configurePublicRegistry(context, settings),
    collectGarbage: async ({ grace = 24 * 60 * 60 * 1000, layerGrace = grace } = {}) => {
      checkDuration('grace', grace);
      checkDuration('layerGrace', layerGrace);
      return collectGarbage(context, { grace, layerGrace });
    },
    close,
    ...disposalBy(close),
  };
  keepInternals(engine, { context, runner });
  return engine;
}

/** The latest time that the registry can store in a key, in milliseconds since 1970. A time has 15 digits in a key. */
const lastMillisecond = 999_999_999_999_999;

/**
 * Returns a clock that checks each time of `clock` and rounds the time down to whole milliseconds, because times become
 * parts of keys.
 */
function checkedClock(clock: () => number): () => number {
  return () => {
    const now: unknown = clock();
    if (typeof now === 'number' && now >= 0 && now <= lastMillisecond) return Math.floor(now);
    throw new TypeError(
      `\`clock\` must return the milliseconds since 1970, a number from 0 to ${lastMillisecond}, not ${String(now)}`,
    );
  };
}
