import type { ResourceTag } from '../../domain/repositories/resource-tags.ts';
import { invalidParameter, invalidTagParameter } from '../../errors.ts';
import { mustBeLongerOrEqual, mustBeShorterOrEqual } from '../../model/index.ts';

/**
 * A resource tag in a request. In the AWS model, `Key` and `Value` are optional, but `checkTags` refuses a tag without
 * a key or a value.
 */
export interface TagInput {
  readonly Key?: string;
  readonly Value?: string;
}

/**
 * The characters that AWS allows in the key and the value of a resource tag: letters, digits and spaces of any script,
 * and `_.:/=+-@` (user guides of Amazon ECR and Amazon ECR Public, "Tagging your resources").
 */
const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/**
 * Checks the resource tags of a request, and returns each tag as a pair of key and value. Each tag must have a key and
 * a value. Keys and values must not start with `aws:`, and must contain only the characters that AWS allows. Two tags
 * of a request must not have the same key.
 * @throws InvalidTagParameterException if a tag violates one of these rules
 * @throws InvalidParameterException if a key or a value has an invalid length
 */
export function checkTags(tags: readonly TagInput[]): ResourceTag[] {
  const checked = tags.map(({ Key, Value }, i): ResourceTag => {
    if (Key === undefined || Value === undefined || isReserved(Key) || isReserved(Value)) throw invalidTagParameter();
    // The model of the private service leaves these checks to the service.
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
