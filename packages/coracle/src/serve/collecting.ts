import { checkDuration, type Engine } from '@coracle/core';
import { delayOf } from './timers.ts';

/** How a served registry collects its garbage. Both are milliseconds. */
export interface Collecting {
  /** From one collection to the next; 3,600,000 by default. 0: never. */
  readonly every?: number;
  /** How long it keeps what nothing refers to any more; 3,600,000 by default. */
  readonly grace?: number;
}

const hour = 60 * 60 * 1000;
/** A client may take its time between the layers and the manifest that mentions them. */
const layerGrace = 24 * hour;

/** @throws TypeError if one of the durations is invalid */
export function checkCollecting({ every = hour, grace = hour }: Collecting): void {
  checkDuration('collect.every', every);
  checkDuration('collect.grace', grace);
}

/**
 * Collects garbage now and again and again, never twice at once. The timer keeps no process alive.
 * @param say is told in a sentence what was freed, or why a collection failed
 * @returns what ends it. It waits so many milliseconds for a collection under way, and then gives it up.
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
  // A collection that was given up fails if its storage is closed, which is no news.
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
          `Collected garbage: ${repositories} deleted repositories, ${uploads} expired uploads, ${layers} layers ` +
            `that no image mentions, ${contents} contents (${bytes} bytes).`,
        );
      }
    } catch (error) {
      tell(`Garbage could not be collected: ${error instanceof Error ? error.message : String(error)}`);
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
