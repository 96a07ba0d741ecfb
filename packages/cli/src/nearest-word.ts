/**
 * Gives the word that somebody who wrote another one probably meant; undefined if none is near. A word is near if a
 * third of its characters differ at most, or if the written one is a part of it.
 */
export function nearestWord(written: string, words: readonly string[]): string | undefined {
  const wanted = written.toLowerCase();
  const near = words
    .map((word) => ({ word, distance: distanceOf(wanted, word.toLowerCase()) }))
    .filter(({ word, distance }) => distance <= Math.max(1, Math.floor(word.length / 3)))
    .sort((a, b) => a.distance - b.distance);
  return near[0]?.word ?? words.find((word) => wanted.length > 2 && word.toLowerCase().includes(wanted));
}

/** Counts the characters to insert, remove, replace or swap with their neighbour until one text is the other. */
function distanceOf(from: string, to: string): number {
  const rows = [Array.from({ length: to.length + 1 }, (_, column) => column)];
  const at = (row: number, column: number): number => rows[row]?.[column] ?? Number.POSITIVE_INFINITY;
  for (let row = 1; row <= from.length; row++) {
    rows[row] = [row];
    for (let column = 1; column <= to.length; column++) {
      const isSame = from[row - 1] === to[column - 1];
      const isSwapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      rows[row]?.push(
        Math.min(
          at(row - 1, column) + 1,
          at(row, column - 1) + 1,
          at(row - 1, column - 1) + (isSame ? 0 : 1),
          isSwapped ? at(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
  }
  return at(from.length, to.length);
}
