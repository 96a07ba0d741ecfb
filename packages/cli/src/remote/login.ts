/** A login for a registry. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
  /** A token that a token server exchanges for short tokens. It replaces the password. */
  readonly identityToken?: string | undefined;
  /** The place of the login, for error texts, such as `CORACLE_USERNAME` or the path of a file. */
  readonly source: string;
}
