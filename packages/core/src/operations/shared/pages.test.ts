import { describe, expect, it } from 'vitest';
import { testContext } from '../../../test-support/context.ts';
import { invalidText, refusalOf } from '../../../test-support/registry.ts';
import { openPage, type PageScope, pageToken, refuseTokenBeside } from './pages.ts';

const context = testContext();

describe('a page', () => {
  it('starts at the beginning and holds 100 unless told otherwise', async () => {
    expect(await openPage(context, ['Op'], {})).toEqual({ limit: 100 });
    expect(await openPage(context, ['Op'], { maxResults: 7 })).toEqual({ limit: 7 });
  });

  it('starts after the key that its token was made for, with the hint of the store', async () => {
    const scope = ['Op', 'id'];
    const nextToken = await pageToken(context, scope, 'tag/id/v1', 'hint "1"');
    expect(await openPage(context, scope, { nextToken, maxResults: 3 })).toEqual({
      limit: 3,
      after: 'tag/id/v1',
      resume: 'hint "1"',
    });
    const plain = await pageToken(context, scope, 'tag/id/v1');
    expect(await openPage(context, scope, { nextToken: plain })).toEqual({ limit: 100, after: 'tag/id/v1' });
  });

  it.each<[PageScope, PageScope]>([
    [
      ['Op', 'a'],
      ['Op', 'b'],
    ],
    [['Op', 'a'], ['Op']],
    [
      ['Op', 'a'],
      ['Op', 'a', ''],
    ],
    [
      ['Op', 'a', 'b'],
      ['Op', 'a,b'],
    ],
    [
      ['Op', 'a', 'b'],
      ['Op', 'a","b'],
    ],
    [
      ['Op', 'a'],
      ['a', 'Op'],
    ],
  ])('of %j does not start by a token of %j', async (scope, other) => {
    const nextToken = await pageToken(context, other, 'key');
    expect(await refusalOf(openPage(context, scope, { nextToken }))).toEqual({
      name: 'InvalidParameterException',
      message: invalidText('NextToken', 'Invalid token'),
    });
  });

  it('does not start by a token that is too long to be one', async () => {
    const scope = ['Op'];
    const long = await pageToken(context, scope, 'k'.repeat(2000));
    for (const nextToken of [long, `${'A'.repeat(2_000_000)}.${'0'.repeat(32)}`]) {
      expect(await refusalOf(openPage(context, scope, { nextToken }))).toEqual({
        name: 'InvalidParameterException',
        message: invalidText('NextToken', 'Invalid token'),
      });
    }
  });

  it('starts after the longest key, if need be without the hint of the store', async () => {
    const key = 'k'.repeat(512);
    const nextToken = await pageToken(context, ['Op'], key, 'x'.repeat(700));
    expect(await openPage(context, ['Op'], { nextToken })).toMatchObject({ after: key, resume: 'x'.repeat(700) });
    const withoutHint = await pageToken(context, ['Op'], key, 'x'.repeat(5000));
    expect(await openPage(context, ['Op'], { nextToken: withoutHint })).toEqual({ limit: 100, after: key });
  });

  it('does not start by what was sealed for another purpose', async () => {
    for (const payload of ['null', '{}', '{"after":1}', 'no JSON', '[]']) {
      const nextToken = await context.signer.seal('page:["Op"]', payload);
      await expect(openPage(context, ['Op'], { nextToken })).rejects.toThrow('NextToken');
    }
  });

  it('has a token that needs no escaping anywhere', async () => {
    const nextToken = await pageToken(context, ['Op'], 'key');
    expect(nextToken).toMatch(/^[A-Za-z0-9_.-]+$/);
  });
});

describe('a token beside names', () => {
  it('is refused, none is not', () => {
    expect(() => refuseTokenBeside({ nextToken: '' }, 'imageIds')).toThrow("Invalid parameter at 'NextToken'");
    refuseTokenBeside({ maxResults: 1 }, 'imageIds');
  });
});
