import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { expect } from 'vitest';
import type { Packed, Project } from './packed.ts';

export const recipeFolder = (name: string): string => fileURLToPath(new URL(`../recipes/${name}`, import.meta.url));

/** Runs the tests of an installed recipe. They must pass, and there must be some: a runner may accept that it finds none. */
export async function expectTestsToPass(project: Project, command = 'npm', ...args: string[]): Promise<void> {
  const ended = await project.run(command, ...(args.length > 0 ? args : ['test']));
  const said = stripVTControlCharacters(`${ended.stdout}${ended.stderr}`);
  expect(ended.code, said).toBe(0);
  expect(said).toMatch(/\b[1-9]\d* (pass|passed|passing)\b|\bpass [1-9]/);
}

/** Installs a recipe in a fresh folder and runs its tests. */
export async function expectRecipeToPass(packed: Packed, name: string): Promise<void> {
  await expectTestsToPass(await packed.installIn(recipeFolder(name)));
}
