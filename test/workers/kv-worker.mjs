import { createRegistry } from '@coracle/registry';
import { kvStorage } from '@coracle/registry/storage-cloudflare-kv';

let registry;

export default {
  fetch(request, env, context) {
    // Once in an isolate, so that it sees its own writes at once.
    registry ??= createRegistry({ storage: kvStorage(env.REGISTRY), createOnPush: true });
    const answer = registry.fetch(request);
    // Finishes writes that have begun, also when the client hangs up.
    context.waitUntil(answer);
    return answer;
  },
};
