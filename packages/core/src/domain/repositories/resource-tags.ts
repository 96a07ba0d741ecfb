import { invalidParameter, invalidTagParameter, tooManyTags } from '../../errors.ts';
import { mustBeLongerOrEqual, mustBeShorterOrEqual } from '../../model/index.ts';
import type { Transaction } from '../../storage/commit.ts';
import { keys } from '../../storage/keys.ts';
import type { Context } from '../context.ts';
import { changeRepository } from './change.ts';
import type { Repository } from './repository.ts';

/** A resource tag as requests have it: the public model asks for neither member. */
export interface TagInput {
  readonly Key?: string;
  readonly Value?: string;
}

export interface ResourceTag {
  Key: string;
  Value: string;
}

type TagsRecord = { readonly tags: readonly (readonly [key: string, value: string])[] };

/** Letters, digits, blanks and `_.:/=+-@`, of any script ("Tagging your resources" in the user guides). */
const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/**
 * Holds tags to the rules that go beyond the shapes: no reserved prefix, no other characters, no key
 * twice in one request.
 * @throws InvalidTagParameterException
 */
export function checkTags(tags: readonly TagInput[]): [string, string][] {
  const checked = tags.map(({ Key, Value }, i): [string, string] => {
    if (Key === undefined || Value === undefined || isReserved(Key) || isReserved(Value)) throw invalidTagParameter();
    // The model of the private service leaves these to the service.
    checkLength(`tags.${i + 1}.member.key`, Key, 1, 128);
    checkLength(`tags.${i + 1}.member.value`, Value, 0, 256);
    if (!allowed.test(Key) || !allowed.test(Value)) throw invalidTagParameter();
    return [Key, Value];
  });
  if (new Set(checked.map(([key]) => key)).size < checked.length) throw invalidTagParameter();
  return checked;
}

function checkLength(path: string, text: string, shortest: number, longest: number): void {
  if (text.length < shortest) throw invalidParameter(path, mustBeLongerOrEqual(shortest));
  if (text.length > longest) throw invalidParameter(path, mustBeShorterOrEqual(longest));
}

const isReserved = (text: string) => /^aws:/i.test(text);

/** Writes the tags of a repository that is just being created. */
export function putNewTags(transaction: Transaction, id: string, tags: readonly (readonly [string, string])[]): void {
  if (tags.length > 0) transaction.put(keys.resourceTags(id), { tags } satisfies TagsRecord);
}

/** TooManyTagsException where there would be more than a repository may have. */
export function limitTags(context: Context, kind: 'public' | 'private', count: number): void {
  const limit = context.limits[kind].tagsPerResource;
  if (count > limit) throw tooManyTags(limit);
}

export async function readTags(context: Context, repository: Repository): Promise<ResourceTag[]> {
  const record = await context.store.get<TagsRecord>(keys.resourceTags(repository.id));
  return (record?.tags ?? []).map(([Key, Value]) => ({ Key, Value }));
}

/** Changes the tags of a repository as `change` says, all or nothing. */
export async function changeTags(
  context: Context,
  repository: Repository,
  change: (tags: Map<string, string>) => void,
): Promise<void> {
  const key = keys.resourceTags(repository.id);
  await changeRepository(context, repository, async ({ transaction }) => {
    const before = await transaction.read<TagsRecord>(key);
    const tags = new Map(before?.tags);
    change(tags);
    limitTags(context, repository.registry.kind, tags.size);
    transaction.put(key, { tags: [...tags] } satisfies TagsRecord);
  });
}
