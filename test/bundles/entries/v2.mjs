import { createEngine } from 'coracle/core';
import { serveFaces, v2 } from 'coracle/fetch-handler';

export const serve = (storage) => serveFaces(createEngine({ storage, services: [] }), { faces: [v2()] });
