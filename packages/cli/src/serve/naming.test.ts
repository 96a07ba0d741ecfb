import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

it('no text of the server names a flag, because a program has none', () => {
  const folder = new URL('./', import.meta.url);
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  expect(files.length).toBeGreaterThan(10);
  const naming = [...files, '../serve.ts'].filter((name) =>
    /[\s('"`]--[a-z]/.test(readFileSync(new URL(name, folder), 'utf8')),
  );
  expect(naming).toEqual([]);
});
