import type { CallOptions, Grant, Room, ServiceName } from '@coracle/core';

/** Finds out who sent a request, and refuses callers that may not come in. Each fetch handler has one gate. */
export interface Gate {
  /** Whether callers need credentials. */
  readonly isClosed: boolean;
  /** The memory limit for the forms of requests for a token, whose callers are not known yet. */
  readonly room: Room;
  /**
   * Returns the options of the calls that answer a request to `/v2/`: the account, the region and, if access is closed,
   * the visitor.
   * @throws AccessDeniedException with the code UNAUTHORIZED if the request needs other credentials
   */
  readonly callerOf: (request: Request, url: URL) => Promise<CallOptions>;
  /**
   * Returns the rights of the token that `/token` issues for a login. Returns undefined if the token needs no rights,
   * because access is open.
   * @throws AccessDeniedException with the code UNAUTHORIZED if the login is wrong
   */
  readonly grantFor: (login: Login) => Promise<Grant | undefined>;
  /**
   * Reads the caller of an AWS JSON request before its body is read. The returned function checks the body.
   * @throws the exception of AWS if the request is not signed, or if the signature is wrong
   */
  readonly signerOf: (request: Request, url: URL, service: ServiceName) => Promise<SignedCall>;
}

/** The credentials of a request to `/token`: the Authorization header, or the user and the password in its form. */
export interface Login {
  readonly authorization: string | null;
  readonly user: string;
  /** The password; null if the form has none. */
  readonly password: string | null;
}

/** An AWS JSON request whose signature has been read, but whose body has not been read yet. */
export interface SignedCall {
  /** The memory limit that the body counts against while it is read. */
  readonly room: Room;
  /** Whether the input of a request without a body is in the query of its URL. */
  readonly isPresigned: boolean;
  /**
   * Returns the options of the call.
   * @throws the exception of AWS if the body is not the body that the caller has signed
   */
  readonly callerOf: (body: Uint8Array) => Promise<CallOptions>;
}
