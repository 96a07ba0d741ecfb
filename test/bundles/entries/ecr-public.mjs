import { createEngine, ecrPublic } from '@coracle/registry/core';

export const create = (storage) => createEngine({ storage, services: [ecrPublic] });
