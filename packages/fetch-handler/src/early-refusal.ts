import { awsJson } from './aws-json/face.ts';
import type { ClientFacts } from './face.ts';
import { accessDenied, refusalFor } from './refusals.ts';
import { v2 } from './v2/face.ts';

/**
 * Returns the error answer to a request that a server refuses before any protocol handler sees it. The answer has the
 * error format of the client's protocol, so that docker or an AWS SDK shows the text `sentence` to the user.
 */
export const earlyRefusal = (status: number, sentence: string, client: ClientFacts): Response =>
  refusalFor(accessDenied(status, sentence), client, [awsJson(), v2()]);
