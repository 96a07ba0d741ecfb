import { createEngine, ecrPublic } from 'coracle/core';

export const create = (storage) => createEngine({ storage, services: [ecrPublic] });
