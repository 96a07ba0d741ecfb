import { buildImage } from '@coracle/core/testing';
import { createRegistry, type Registry } from '@coracle/registry';

export const image = await buildImage();
export const repositoryName = 'team/web';
export const alias = 'xqj38ptr';

/** A registry with something in it, and its front. */
export async function fuzzed(): Promise<Registry> {
  const registry = createRegistry({ createOnPush: true, cors: { origins: '*' } });
  const what = { [repositoryName]: [{ tags: ['v1', 'latest'], image }] };
  await registry.seed({ public: what, private: what });
  return registry;
}

const patience = 20_000;

/**
 * Waits for an answer.
 * @throws Error after a time that no request needs
 */
export async function inTime<T>(answer: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${patience} ms to ${what}`)), patience);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
