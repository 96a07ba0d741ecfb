/** The source of a login that comes from the environment. */
export const loginVariables = 'CORACLE_USERNAME and CORACLE_PASSWORD';

/** A login for a registry. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
  /** A token that a token server exchanges for short tokens. It replaces the password. */
  readonly identityToken?: string | undefined;
  /** The place of the login, for error texts: `loginVariables`, the path of a file, or the program of a helper. */
  readonly source: string;
}
