import { checkDuration, type Engine } from '@coracle/registry/core';
import { checkMembers, type MembersOf } from './known-members.ts';
import { delayOf } from './timers.ts';

/** The settings of a served registry's garbage collection. Both are milliseconds. */
export interface Collecting {
  /** The time between collections; 3,600,000 by default. With 0 garbage is never collected. */
  readonly every?: number;
  /** The time that data is kept after nothing refers to it any more; 3,600,000 by default. */
  readonly grace?: number;
}

const members: MembersOf<Collecting> = { every: true, grace: true };
const hour = 60 * 60 * 1000;
/** The time that layers are kept: a client may pause between the layers and the manifest that mentions them. */
const layerGrace = 24 * hour;

/**
 * Checks the settings.
 * @throws TypeError if a setting is unknown or invalid
 */
export function checkCollecting(collect: Collecting): void {
  if (typeof collect !== 'object')
    throw new TypeError(`collect must be false or an object such as { every: 60_000 }, not '${collect}'`);
  checkMembers(['collect', 'member'], collect, members);
  const { every = hour, grace = hour } = collect;
  checkDuration('collect.every', every);
  checkDuration('collect.grace', grace);
}

/**
 * Collects garbage now, and again after each interval. Two collections never run at the same time. The timer does not
 * keep the process alive.
 * @param say is called with a sentence: how much was freed, or why a collection failed
 * @returns a function that stops the collecting, and waits for a collection in progress, at most `within` milliseconds
 */
export function startCollecting(
  registry: Pick<Engine, 'collectGarbage'>,
  { every = hour, grace = hour }: Collecting,
  say: (sentence: string) => void,
): (within: number) => Promise<void> {
  if (every === 0) return async () => undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isEnded = false;
  let isGivenUp = false;
  // A collection that was given up fails if its storage is closed. That need not be reported.
  const tell = (sentence: string): void => {
    if (!isGivenUp) say(sentence);
  };
  const collect = async (): Promise<void> => {
    try {
      const { repositories, uploads, layers, contents, bytes } = await registry.collectGarbage({
        grace,
        layerGrace: Math.max(grace, layerGrace),
      });
      if (repositories + uploads + layers + contents > 0) {
        tell(
          `Garbage was collected: data of ${repositories} deleted repositories, ${uploads} expired uploads, ${layers} unused layers, ${contents} unused blobs (${bytes} bytes).`,
        );
      }
    } catch (error) {
      tell(
        `Garbage collection failed, and is tried again at the next interval: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
    if (!isEnded) timer = setTimeout(begin, delayOf(every)).unref();
  };
  let underWay = collect();
  function begin(): void {
    underWay = collect();
  }
  return async (within) => {
    isEnded = true;
    clearTimeout(timer);
    // A large registry takes minutes. A collection can be broken off at any time, as by a kill.
    await new Promise<void>((resolve) => {
      const late = setTimeout(() => {
        isGivenUp = true;
        resolve();
      }, delayOf(within));
      void underWay.then(() => {
        clearTimeout(late);
        resolve();
      });
    });
  };
}
