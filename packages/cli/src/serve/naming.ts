/** The options that sentences of a running server name. */
export type NamedOption = 'port' | 'host' | 'allowHosts' | 'cors.origins' | 'maxConnections';

/** Gives the words for an option, as the person who runs a server sets it: a program by an option, a shell by a flag. */
export type Naming = (option: NamedOption) => string;

export const byOption: Naming = (option) => `the option ${option}`;
