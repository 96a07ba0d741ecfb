/** Whether tags may move, as private repositories are told by imageTagMutability. */
export type Mutability = {
  readonly imageTagMutability: 'MUTABLE' | 'IMMUTABLE' | 'MUTABLE_WITH_EXCLUSION' | 'IMMUTABLE_WITH_EXCLUSION';
  /** Wildcards (`*`) of the tags that the setting does not hold for. */
  readonly exclusionFilters?: readonly string[];
};

/** Whether this tag, once on an image, must stay there. Public repositories have no such setting. */
export function isImmutable(mutability: Mutability | undefined, tag: string): boolean {
  if (!mutability) return false;
  const immutable = mutability.imageTagMutability.startsWith('IMMUTABLE');
  const excluded = mutability.exclusionFilters?.some((filter) => matchesWildcard(filter, tag)) ?? false;
  return immutable !== excluded;
}

/** `*` stands for any run of characters. Linear in the text for each `*`: no backtracking into earlier ones. */
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
