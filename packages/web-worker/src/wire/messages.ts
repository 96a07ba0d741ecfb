/**
 * The messages before a connection. The page says hello, the worker says that it is ready, and the page then asks for a
 * connection. A worker also says that it is ready when its script starts to listen: what a page has sent before is lost
 * if the script had to wait for something.
 *
 * The connection is a port of its own, so the page and the worker can also send messages of their own to each other.
 */
export type Handshake =
  | { readonly coracle: 'hello' }
  | { readonly coracle: 'ready'; readonly protocol: number }
  | {
      readonly coracle: 'connect';
      /** The name of a lock that the page holds for as long as it lives. Undefined if the page has no locks. */
      readonly lock: string | undefined;
    };

/**
 * The version of the messages between pages and workers. A shared worker may be older than a page: it goes on while any
 * page is open, also when the site has got a new version.
 */
export const protocol = 1;

/** Returns the message if it is part of a handshake. Other messages are the program's own. */
export const readHandshake = (data: unknown): Handshake | undefined =>
  typeof data === 'object' && data !== null && 'coracle' in data ? (data as Handshake) : undefined;
