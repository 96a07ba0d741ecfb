/** Generates the text of src/digest/generated/sha256-compress.ts, without writing it. */
export function generated(): string;
