import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';

/** The compatibility date of the Workers in tests. The behaviour of workerd depends on it. */
export const compatibilityDate = '2026-04-01';

/** Returns why this machine cannot run workerd, or undefined if it can. */
export function whyNoWorkerd(): string | undefined {
  try {
    const { error, status, stderr } = spawnSync(workerdProgram(), ['--version'], { encoding: 'utf8' });
    return error?.message ?? (status === 0 ? undefined : stderr.trim());
  } catch (error) {
    // The package of workerd throws if it does not support the platform.
    return error instanceof Error ? error.message : String(error);
  }
}

/** Returns the path of the workerd that miniflare starts. */
export function workerdProgram(): string {
  const miniflare = createRequire(import.meta.url).resolve('miniflare');
  const { default: program } = createRequire(miniflare)('workerd') as { default: string };
  return program;
}
