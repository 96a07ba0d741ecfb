import { isOciTag } from '@coracle/core';

/** The annotations of a descriptor in index.json that name the image. The second one is that of `docker save`. */
export const nameAnnotations = ['org.opencontainers.image.ref.name', 'io.containerd.image.name'] as const;

/** Returns the tag in the first name that has one: `v1`, or the end of `docker.io/team/web:v1`. */
export function tagIn(names: readonly string[]): string | undefined {
  const tags = names.map((name) => (/[/:@]/.test(name) ? (/^[^@]*:([^/:@]*)$/.exec(name)?.[1] ?? '') : name));
  return tags.find(isOciTag);
}
