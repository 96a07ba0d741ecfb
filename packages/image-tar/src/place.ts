import type { Place } from '@coracle/core';

/**
 * Returns the address of a repository that a text names as docker does: `team/web` and `<alias>/team/web`, or with a host
 * as in `repositoryUri`. The first part is a host if it contains `.` or `:`, or is `localhost`.
 */
export function placeOf(repository: string | Place): Place {
  if (typeof repository !== 'string') return repository;
  const [first = '', ...rest] = repository.split('/');
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  return isHost ? { host: first, path: rest.join('/') } : { host: 'localhost', path: repository };
}
