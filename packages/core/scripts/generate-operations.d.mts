/** The operations of a service's folder: file, name, docstring, and whether the input has required members. */
export function operationsOf(folder: 'ecr-public' | 'ecr'): {
  file: string;
  name: string;
  method: string;
  doc: string;
  needsInput: boolean;
  pages: unknown;
}[];

/** What the generated files should hold, by path. */
export function generatedFiles(): { path: string; text: string }[];

/** The paths of the files that are missing or differ. */
export function stale(): string[];

/** Writes the files that differ. */
export function write(): void;
