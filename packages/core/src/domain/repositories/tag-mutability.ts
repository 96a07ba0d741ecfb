/**
 * The setting of a private repository that decides whether an image tag may be moved to another image. The values are
 * those of `imageTagMutability` in Amazon ECR.
 */
export type Mutability = {
  readonly imageTagMutability: 'MUTABLE' | 'IMMUTABLE' | 'MUTABLE_WITH_EXCLUSION' | 'IMMUTABLE_WITH_EXCLUSION';
  /**
   * The patterns of the tags that are exceptions: tags that must not be moved although other tags may be moved, or the
   * reverse. `*` in a pattern is a wildcard.
   */
  readonly exclusionFilters?: readonly string[];
};

/**
 * Returns whether the settings of a repository forbid moving a tag to another image. Returns false for a public
 * repository, which does not have such settings.
 */
export function isImmutable(mutability: Mutability | undefined, tag: string): boolean {
  if (!mutability) return false;
  const immutable = mutability.imageTagMutability.startsWith('IMMUTABLE');
  const excluded = mutability.exclusionFilters?.some((filter) => matchesWildcard(filter, tag)) ?? false;
  return immutable !== excluded;
}

/**
 * Returns whether a text matches a pattern in which `*` stands for any number of any characters. The time for each `*`
 * is linear in the length of the text, because the search never goes back to an earlier `*`.
 */
export function matchesWildcard(filter: string, text: string): boolean {
  const [head = '', ...rest] = filter.split('*');
  const tail = rest.pop();
  if (tail === undefined) return text === head;
  if (!text.startsWith(head)) return false;
  let at = head.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return text.length - tail.length >= at && text.endsWith(tail);
}
