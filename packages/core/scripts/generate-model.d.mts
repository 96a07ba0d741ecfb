/** Which operations to generate: `all`, or their names; those that there are files of by default. */
export type Choice = Partial<Record<'ecr-public' | 'ecr', 'all' | readonly string[]>>;

/** The generated files, by name. */
export function generate(operations?: Choice): Map<string, string>;

/** The names of the generated files that are missing, differ or should not be there. */
export function stale(files?: Map<string, string>): string[];

/** Writes the files that differ. */
export function write(): void;
