import { serviceFacts } from '@coracle/core';
import { textAnswer } from './text.ts';

const page = `Coracle, a container registry: Amazon ECR Public, Amazon ECR and the OCI distribution protocol.

POST /          AWS JSON 1.1, by X-Amz-Target: ${serviceFacts['ecr-public'].targetPrefix}.<operation>
                or ${serviceFacts.ecr.targetPrefix}.<operation>
     /v2/       the OCI distribution protocol: docker, podman, skopeo, oras
GET  /token     tokens for it
GET  /logo/     the logos of public repositories`;

/** Says to whoever opens it in a browser what this is. */
export const answerHome = (): Response => textAnswer(200, page);
