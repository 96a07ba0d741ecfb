/** The options of `serve()` that the error texts and warnings of a server mention. */
export type NamedOption = 'port' | 'host' | 'allowHosts' | 'cors.origins' | 'maxConnections';

/**
 * Returns the name of an option in error texts: `the option port` for users of `serve()`, and the flag for users of the
 * command line.
 */
export type Naming = (option: NamedOption) => string;

export const byOption: Naming = (option) => `the option ${option}`;
