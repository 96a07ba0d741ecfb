const grammar = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;

/**
 * Returns whether a text is a tag, as the OCI distribution specification defines it for `<reference>` ("Pulling
 * manifests"). The API of AWS allows other tags too.
 */
export const isOciTag = (text: string): boolean => grammar.test(text);
