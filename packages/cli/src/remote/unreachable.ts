import type { Exchange } from './exchange.ts';
import { ContentError, codeOf, RemoteError, shown } from './failure.ts';
import { isBroken } from './retries.ts';

/** Matches the codes of the errors of Node for a certificate that is not trusted. */
export const untrusted = /CERT|SELF_SIGNED|UNABLE_TO/;

/** Creates the error of a server that cannot be reached. `server` is its name in the error text. */
export function unreachable(server: string, error: unknown): RemoteError {
  const { message = '' } = error as { readonly message?: string };
  const code = codeOf(error);
  const advice =
    code === 'ENOTFOUND' || code === 'EAI_AGAIN'
      ? 'Check the name of the registry'
      : code === 'EPROTO' || /wrong version number|packet length/i.test(message)
        ? 'If it has no encryption, add --insecure'
        : untrusted.test(code)
          ? 'Set NODE_EXTRA_CA_CERTS to the file of the issuer of its certificate'
          : isBroken(error)
            ? 'Check that it is running and that its port is right'
            : 'Check its name and its port';
  return new RemoteError('unreachable', `${server} cannot be reached: ${shown(message || code)}. ${advice}`, {
    cause: error,
  });
}

/**
 * Returns an exchange whose errors say which server failed. Errors that are a reason to try again, errors of the content
 * and the reason of an aborted signal are passed on unchanged.
 */
export const explaining =
  (exchange: Exchange): Exchange =>
  async (outgoing) => {
    try {
      return await exchange(outgoing);
    } catch (error) {
      const isOfNode = codeOf(error) !== '' && !(error instanceof ContentError) && !outgoing.signal?.aborted;
      throw isOfNode && !isBroken(error) ? unreachable(`The server ${outgoing.url.host}`, error) : error;
    }
  };
