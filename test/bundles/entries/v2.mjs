import { createEngine } from '@coracle/registry/core';
import { serveFaces, v2 } from '@coracle/registry/fetch-handler';

export const serve = (storage) => serveFaces(createEngine({ storage, services: [] }), { faces: [v2()] });
