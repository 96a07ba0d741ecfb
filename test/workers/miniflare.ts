import { Miniflare, type MiniflareOptions } from 'miniflare';
import { describe } from 'vitest';
import { skipGroup } from '../support/groups.ts';
import { compatibilityDate, whyNoWorkerd } from './workerd.ts';

/** A group of tests that start workerd themselves, outside of the pool: with its own sockets and its own isolates. */
export function describeWithWorkerd(name: string, tests: () => void): void {
  const reason = whyNoWorkerd();
  if (reason === undefined) describe(name, tests);
  else skipGroup(name, `workerd does not run here: ${reason}`, 'workerd');
}

/** A Worker without `nodejs_compat`, as it would be deployed. */
export const startWorker = (script: string, options: Partial<MiniflareOptions>): Miniflare =>
  new Miniflare({ modules: true, script, compatibilityDate, cf: false, ...options } as MiniflareOptions);
