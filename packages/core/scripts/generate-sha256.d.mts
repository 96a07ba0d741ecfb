/** What src/digest/generated/sha256-compress.ts should hold. */
export function generated(): string;
