/**
 * Returns the name of a piece's file. On a file system that ignores case, a capital letter would equal the small one.
 */
export const pieceName = (id: string): string => id.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Says whether a file has a name that `pieceName` gives. */
export const isPieceName = (name: string): boolean => /^(?:[a-z0-9-]|_[a-z]){1,64}$/.test(name);
