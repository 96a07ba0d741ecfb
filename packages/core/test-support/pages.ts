import { beforeEach, describe, expect, it } from 'vitest';
import { expectInvalid, type TestRegistry } from './registry.ts';

/** A collection that an operation gives page by page. Its items are numbers, in the order of the results. */
export interface PagedCollection {
  /** A registry in which the collection is empty. */
  open(): Promise<TestRegistry>;
  add(registry: TestRegistry, item: number): Promise<unknown>;
  remove(registry: TestRegistry, item: number): Promise<unknown>;
  page(registry: TestRegistry, input: PageInput): Promise<{ items: number[]; nextToken?: string | undefined }>;
}

interface PageInput {
  readonly maxResults?: number;
  readonly nextToken?: string;
}

/** For every operation that gives pages: what a page holds, and which tokens are refused. */
export function itGivesPages({ open, add, remove, page }: PagedCollection): void {
  describe('pages', () => {
    let registry: TestRegistry;
    beforeEach(async () => {
      registry = await open();
    });

    const fill = async (...items: number[]) => {
      for (const item of items) await add(registry, item);
    };
    const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
    const goOn = async (nextToken: string | undefined, maxResults: number) => {
      if (nextToken === undefined) expect.fail('This was the last page');
      return page(registry, { nextToken, maxResults });
    };
    const rest = async (nextToken: string | undefined, maxResults: number) => {
      const pages: number[][] = [];
      while (nextToken !== undefined) {
        const next = await goOn(nextToken, maxResults);
        pages.push(next.items);
        nextToken = next.nextToken;
      }
      return pages;
    };

    it('are one empty page without a token where there is nothing', async () => {
      expect(await page(registry, {})).toEqual({ items: [] });
    });

    it('hold 100 by default', async () => {
      await fill(...upTo(101));
      const first = await page(registry, {});
      expect(first.items).toEqual(upTo(100));
      expect(await page(registry, { nextToken: first.nextToken ?? '' })).toEqual({ items: [101] });
    });

    it('end without a token when they end with the last item', async () => {
      await fill(...upTo(6));
      expect(await page(registry, { maxResults: 6 })).toEqual({ items: upTo(6) });
      const first = await page(registry, { maxResults: 3 });
      expect(first.items).toEqual([1, 2, 3]);
      expect(await goOn(first.nextToken, 3)).toEqual({ items: [4, 5, 6] });
    });

    it('may differ in size', async () => {
      await fill(...upTo(7));
      const first = await page(registry, { maxResults: 1 });
      const second = await goOn(first.nextToken, 4);
      expect([first.items, second.items, ...(await rest(second.nextToken, 1000))]).toEqual([[1], [2, 3, 4, 5], [6, 7]]);
    });

    it('give every item that stays exactly once while others come and go between them', async () => {
      await fill(10, 20, 30, 40, 50, 60);
      const first = await page(registry, { maxResults: 2 });
      expect(first.items).toEqual([10, 20]);

      await remove(registry, 20);
      await remove(registry, 30);
      await fill(5, 25, 45);
      const second = await goOn(first.nextToken, 2);
      expect(second.items).toEqual([25, 40]);

      await remove(registry, 60);
      expect(await rest(second.nextToken, 2)).toEqual([[45, 50]]);
    });

    it('end when all that was left is gone', async () => {
      await fill(1, 2, 3);
      const first = await page(registry, { maxResults: 2 });
      await remove(registry, 3);
      expect(await goOn(first.nextToken, 2)).toEqual({ items: [] });
    });

    it('can be asked for again by the same token', async () => {
      await fill(1, 2, 3);
      const { nextToken } = await page(registry, { maxResults: 2 });
      expect(await goOn(nextToken, 2)).toEqual(await goOn(nextToken, 2));
    });

    it.each([
      [0, 'Member must have value greater than or equal to 1'],
      [-1, 'Member must have value greater than or equal to 1'],
      [1001, 'Member must have value less than or equal to 1000'],
    ])('of %i are refused', async (maxResults, constraint) => {
      await fill(1);
      await expectInvalid(registry, () => page(registry, { maxResults }), 'maxResults', constraint);
    });

    it('of 1,000 are allowed', async () => {
      await fill(1);
      expect(await page(registry, { maxResults: 1000 })).toEqual({ items: [1] });
    });

    it.each(['', 'x', '.', '..', 'null', '%%%', 'a.b.c', 'bnVsbA==', 'e30.e30', 'ünïcode', 'x'.repeat(5000)])(
      'are refused for the malformed token %j',
      async (nextToken) => {
        await fill(1, 2);
        await expectInvalid(registry, () => page(registry, { nextToken }), 'NextToken', 'Invalid token');
      },
    );

    it('are refused for a token that was altered in any one character', async () => {
      await fill(1, 2);
      const { nextToken = '' } = await page(registry, { maxResults: 1 });
      expect(nextToken).not.toBe('');
      for (let at = 0; at < nextToken.length; at++) {
        for (const other of ['A', 'B', '0', '1', '_']) {
          if (nextToken[at] === other) continue;
          const altered = nextToken.slice(0, at) + other + nextToken.slice(at + 1);
          const answer = await page(registry, { nextToken: altered }).catch((error: Error) => error.message);
          expect(answer, `altered at ${at}: ${altered}`).toContain("'NextToken'");
        }
      }
    });

    it('are refused for a token with something before or after it', async () => {
      await fill(1, 2);
      const { nextToken = '' } = await page(registry, { maxResults: 1 });
      for (const altered of [
        ` ${nextToken}`,
        `${nextToken} `,
        `${nextToken}=`,
        `${nextToken}.`,
        nextToken.slice(0, -1),
      ]) {
        await expectInvalid(registry, () => page(registry, { nextToken: altered }), 'NextToken', 'Invalid token');
      }
    });

    it('are refused for a token of another registry', async () => {
      const other = await open();
      for (const item of [1, 2]) {
        await add(other, item);
        await add(registry, item);
      }
      const { nextToken = '' } = await page(other, { maxResults: 1 });
      await expectInvalid(registry, () => page(registry, { nextToken }), 'NextToken', 'Invalid token');
    });
  });
}
