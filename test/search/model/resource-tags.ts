import type { EcrPublic } from '@coracle/core';
import { limits } from './limits.ts';
import { refuse } from './refusal.ts';

/** Semantics §8. */
export function checkTags(tags: readonly EcrPublic.Tag[]): [string, string][] {
  const refused = () => refuse('InvalidTagParameterException', 'Tag parameters are invalid');
  const checked = tags.map(({ Key = refused(), Value = refused() }): [string, string] => {
    if (/^aws:/i.test(Key) || /^aws:/i.test(Value) || /[<>]/.test(Key + Value)) refused();
    return [Key, Value];
  });
  if (new Set(checked.map(([key]) => key)).size < checked.length) refused();
  return checked;
}

export function limitTags(count: number): void {
  const most = limits.public.tagsPerResource;
  if (count > most) refuse('TooManyTagsException', `Maximum number of tags allowed per resource is ${most}.`);
}
