import type { Answer } from './exchange.ts';
import { RemoteError, shown } from './failure.ts';

/**
 * Checks that a registry has stored content under its digest. A registry may state a digest of another algorithm.
 * @param what the content in the error text, such as `a blob`
 * @throws RemoteError if the registry states another digest
 */
export function checkStored(answer: Answer, digest: string, what: string): void {
  const stored = answer.header('docker-content-digest');
  if (stored === undefined || stored === digest || stored.split(':')[0] !== digest.split(':')[0]) return;
  throw new RemoteError(
    'refused',
    `The registry ${answer.url.host} stored ${what} as ${shown(stored)} instead of ${digest}. Do not trust this registry, or ask its operator`,
  );
}
