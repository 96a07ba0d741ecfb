import { checkDuration, type Engine } from '@coracle/registry/core';
import { checkMembers, type MembersOf } from './known-members.ts';
import { delayOf } from './timers.ts';

/** The settings for collecting the garbage of a served registry, in milliseconds. */
export interface Collecting {
  /**
   * The time between two garbage collections, in milliseconds; 3,600,000 by default. With 0 garbage is never collected.
   */
  readonly every?: number;
  /**
   * The minimum time in milliseconds for which data is kept after the last reference to the data is gone; 3,600,000 by
   * default.
   */
  readonly grace?: number;
}

const members: MembersOf<Collecting> = { every: true, grace: true };
const hour = 60 * 60 * 1000;
/**
 * The minimum time in milliseconds for which a layer is kept if no image refers to it. A client may pause between the
 * push of the layers and the push of the manifest that mentions the layers.
 */
const layerGrace = 24 * hour;

/**
 * Checks the option `collect` of a server.
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
 * @param say is called with a sentence for the log if a collection has removed data or has failed
 * @returns a function that stops the timer and waits for a running collection, at most `within` milliseconds
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
  // If the stop did not wait for a collection, the collection fails when the storage is closed. No log needs this.
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
          `Garbage collection removed the data of ${repositories} deleted repositories, ${uploads} expired uploads, ${layers} layers that no image used, and ${contents} blobs (${bytes} bytes) that no repository used.`,
        );
      }
    } catch (error) {
      tell(
        `Garbage collection failed. The server tries again after the next interval. The error was: ${error instanceof Error ? error.message : String(error)}`,
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
    // The collection of a large registry takes minutes. It can end at any point without damage, even by a kill.
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
