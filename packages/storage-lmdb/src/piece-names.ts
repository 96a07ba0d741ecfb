/**
 * Returns the name of the file for a piece. Each capital letter becomes `_` and the small letter, because some file
 * systems ignore case.
 */
export const pieceName = (id: string): string => id.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Returns whether a file name is one that `pieceName` can return. */
export const isPieceName = (name: string): boolean => /^(?:[a-z0-9-]|_[a-z]){1,64}$/.test(name);
