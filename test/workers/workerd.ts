import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';

/** What Workers are tested by: what workerd does is bound to a date. */
export const compatibilityDate = '2026-04-01';

/** Why this machine cannot run workerd; undefined where it can. */
export function whyNoWorkerd(): string | undefined {
  try {
    const { error, status, stderr } = spawnSync(workerdProgram(), ['--version'], { encoding: 'utf8' });
    return error?.message ?? (status === 0 ? undefined : stderr.trim());
  } catch (error) {
    // Its package throws where there is none for the platform.
    return error instanceof Error ? error.message : String(error);
  }
}

/** The one that miniflare starts. */
export function workerdProgram(): string {
  const miniflare = createRequire(import.meta.url).resolve('miniflare');
  const { default: program } = createRequire(miniflare)('workerd') as { default: string };
  return program;
}
