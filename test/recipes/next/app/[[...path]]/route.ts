import { createRegistry } from '@coracle/registry';

// A development server loads this file again after each change, and the registry should outlive that.
const kept = globalThis as { registry?: ReturnType<typeof createRegistry> };
kept.registry ??= createRegistry({ createOnPush: true });

export const { fetch: GET, fetch: HEAD, fetch: POST, fetch: PUT, fetch: PATCH, fetch: DELETE } = kept.registry;
