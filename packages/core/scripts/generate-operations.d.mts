/** The operations of a service's folder: file, name, docstring, and whether the input has required members. */
export function operationsOf(folder: 'ecr-public' | 'ecr'): {
  file: string;
  name: string;
  method: string;
  doc: string;
  needsInput: boolean;
  pages: unknown;
}[];

/** Generates the text of each file, without writing it. */
export function generatedFiles(): { path: string; text: string }[];

/** Returns the paths of the files that are missing or out of date. */
export function stale(): string[];

/** Writes the files that differ. */
export function write(): void;
