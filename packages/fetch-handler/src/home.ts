import type { Service } from '@coracle/core';
import { targetOf } from './aws-json/target.ts';
import { textAnswer } from './text.ts';

/** Says to whoever opens it in a browser what this is. */
export function answerHome(services: readonly Service[]): Response {
  const titles = services.map(({ title }) => title);
  const targets = services.map(({ name }) => targetOf(name, '<operation>'));
  return textAnswer(
    200,
    `Coracle, a container registry: ${titles.join(', ')} and the OCI distribution protocol.

POST /          AWS JSON 1.1, by X-Amz-Target: ${targets.join('\n                or ')}
     /v2/       the OCI distribution protocol: docker, podman, skopeo, oras
GET  /token     tokens for it
GET  /logo/     the logos of public repositories`,
  );
}
