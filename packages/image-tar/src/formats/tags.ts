import { isOciTag } from '@coracle/core';

/** Returns the tag in the first name that has one: `v1`, or the end of `docker.io/team/web:v1`. */
export function tagIn(names: readonly string[]): string | undefined {
  const tags = names.map((name) => (/[/:@]/.test(name) ? (/^[^@]*:([^/:@]*)$/.exec(name)?.[1] ?? '') : name));
  return tags.find(isOciTag);
}
