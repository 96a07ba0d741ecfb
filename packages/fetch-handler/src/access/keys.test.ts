import { describe, expect, it } from 'vitest';
import { closed, other } from '../../test-support/closed.ts';
import { identityOf, keyFinder } from './keys.ts';
import type { AccessKey } from './options.ts';

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

  it.each<[object, string]>([
    [{ accountId: 123456789012 }, "accountId must be a text of 12 digits, such as '123456789012'"],
    [{ accessKeyId: undefined }, 'accessKeyId must be a text of letters, digits and underscores'],
    [{ secretAccessKey: '' }, 'secretAccessKey must be a text that is not empty'],
    [{ sessionToken: null }, 'sessionToken must be a text that is not empty'],
    [{ expiration: '2030-01-01' }, 'expiration must be a valid Date'],
    [{ principal: 'arn:aws:iam:210987654321:user/ci' }, "principal must be an ARN such as 'arn:aws:iam::123456789012:"],
    [
      { principal: 'arn:aws:iam::210987654321:user/ci', accountId: '123456789012' },
      'principal must be an ARN of the account access.keys',
    ],
  ])('refuses an access key with %j', async (wrong, sentence) => {
    const bad = { ...key, ...wrong } as AccessKey;
    const message = (at: string) => `${at}.${sentence}`;
    await expect(keyFinder(async () => bad)('AKIDEXAMPLE')).rejects.toThrow(message('access.keys(accessKeyId)'));
    const listed = Object.assign([key, bad], { find: () => bad });
    await expect(keyFinder(listed)('AKIDEXAMPLE')).rejects.toThrow(message('access.keys[1]'));
  });

  it('finds nothing if a function finds null, as databases do', async () => {
    expect(await keyFinder(() => null as never)('AKIDEXAMPLE')).toBeUndefined();
  });

  it('lets a function find an object with further members, such as a row of a database', async () => {
    const row = { ...key, createdAt: new Date(0) };
    expect(await keyFinder(() => row)('AKIDEXAMPLE')).toBe(row);
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
});

describe('the result of a function of the option access', () => {
  it.each([
    ['access.sourceIp must return a text or undefined, and not a promise', { sourceIp: async () => '192.0.2.1' }],
    ['access.keys(accessKeyId).accountId must be a text of 12 digits', { keys: () => ({ ...other, accountId: 1 }) }],
  ])('that is invalid is told to the program: %s', async (sentence, access) => {
    const told: unknown[] = [];
    const { signed } = closed(access as never, { onError: ({ error }) => void told.push(error) });
    expect((await signed('ecr.DescribeRepositories')).status).toBe(500);
    expect(told).toEqual([expect.objectContaining({ message: expect.stringContaining(sentence) })]);
  });
});
