import { describe, expect, it } from 'vitest';
import { identityOf, keyFinder } from './keys.ts';

const key = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };

describe('keyFinder', () => {
  it('finds the keys that the list has at the moment', async () => {
    const keys = [key];
    const find = keyFinder(keys);
    expect(await find('AKIDEXAMPLE')).toBe(key);
    expect(await find('AKIDOTHER')).toBeUndefined();
    keys.pop();
    expect(await find('AKIDEXAMPLE')).toBeUndefined();
  });

  it('finds nothing if the option is left out', async () => {
    expect(await keyFinder(undefined)('AKIDEXAMPLE')).toBeUndefined();
  });
});

describe('the identity of an access key', () => {
  const principal = 'arn:aws:iam::210987654321:user/ci';

  it.each([
    [{}, '123456789012', 'arn:aws:iam::123456789012:root'],
    [{ accountId: '210987654321' }, '210987654321', 'arn:aws:iam::210987654321:root'],
    [{ principal }, '210987654321', principal],
  ])('with %j has an account and an ARN that fit together', (more, accountId, arn) => {
    expect(identityOf({ ...key, ...more }, '123456789012')).toEqual({
      kind: 'account',
      accountId,
      arn,
      accessKeyId: 'AKIDEXAMPLE',
    });
  });

  it.each([
    [
      { principal: 'arn:aws:iam:210987654321:user/ci' },
      "principal must be an ARN such as 'arn:aws:iam::123456789012:user/ci'",
    ],
    [{ principal, accountId: '123456789012' }, 'principal must be an ARN of the account'],
  ])('with %j is refused, and is not the account of the registry', (more, sentence) => {
    expect(() => identityOf({ ...key, ...more }, '123456789012')).toThrow(sentence);
  });
});
