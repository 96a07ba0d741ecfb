/** The setting whether tags may move, as imageTagMutability gives it to private repositories. */
export type Mutability = {
  readonly imageTagMutability: 'MUTABLE' | 'IMMUTABLE' | 'MUTABLE_WITH_EXCLUSION' | 'IMMUTABLE_WITH_EXCLUSION';
  /** The wildcards (`*`) of the tags that the setting does not apply to. */
  readonly exclusionFilters?: readonly string[];
};

/** Says whether this tag must stay on its image. Public repositories have no such setting. */
export function isImmutable(mutability: Mutability | undefined, tag: string): boolean {
  if (!mutability) return false;
  const immutable = mutability.imageTagMutability.startsWith('IMMUTABLE');
  const excluded = mutability.exclusionFilters?.some((filter) => matchesWildcard(filter, tag)) ?? false;
  return immutable !== excluded;
}

/**
 * Says whether a text matches a wildcard filter, in which `*` stands for any run of characters. The time is linear in
 * the text for each `*`: it never backtracks into earlier ones.
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
