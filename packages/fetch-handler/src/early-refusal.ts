import { awsJson } from './aws-json/face.ts';
import type { ClientFacts } from './face.ts';
import { accessDenied, refusalFor } from './refusals.ts';
import { v2 } from './v2/face.ts';

/** Makes the answer to a request that is refused before it is routed, so that its client shows the sentence. */
export const earlyRefusal = (status: number, sentence: string, client: ClientFacts): Response =>
  refusalFor(accessDenied(status, sentence), client, [awsJson(), v2()]);
