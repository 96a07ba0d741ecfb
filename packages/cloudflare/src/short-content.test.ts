import { expect, it } from 'vitest';
import { readIfShort } from './short-content.ts';

/** Content in chunks, and whether its source was closed. */
function contentOf(...chunks: number[][]) {
  const state = { isClosed: false };
  async function* content() {
    try {
      for (const chunk of chunks) yield Uint8Array.from(chunk);
    } finally {
      state.isClosed = true;
    }
  }
  return { content: content(), state };
}

it.each([
  ['nothing', [], []],
  ['exactly as many bytes as allowed', [[1, 2], [3]], [1, 2, 3]],
])('reads content as a whole: %s', async (_, chunks, whole) => {
  expect(await readIfShort(contentOf(...chunks).content, 3)).toEqual({ whole: Uint8Array.from(whole) });
});

it('gives longer content back from its first byte on', async () => {
  const begun = await readIfShort(contentOf([1, 2], [3, 4], [5]).content, 3);
  const bytes: number[] = [];
  if ('content' in begun) for await (const chunk of begun.content) bytes.push(...chunk);
  expect(bytes).toEqual([1, 2, 3, 4, 5]);
});

it('closes the source of longer content whose reader leaves', async () => {
  const { content, state } = contentOf([1, 2], [3, 4], [5]);
  const begun = await readIfShort(content, 1);
  if ('content' in begun) for await (const chunk of begun.content) if (chunk[0] === 3) break;
  expect(state.isClosed).toBe(true);
});

it('fails with the failure of the content', async () => {
  const broken = (async function* () {
    yield Uint8Array.of(1);
    throw new Error('broken off');
  })();
  await expect(readIfShort(broken, 3)).rejects.toThrow('broken off');
});
