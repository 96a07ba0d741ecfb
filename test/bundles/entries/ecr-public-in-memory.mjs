import { createEngine, ecrPublic } from 'coracle/core';
import { awsJson, serveFaces, v2 } from 'coracle/fetch-handler';
import { memoryStorage } from 'coracle/storage-memory';

export const serve = () =>
  serveFaces(createEngine({ storage: memoryStorage(), services: [ecrPublic] }), { faces: [awsJson(), v2()] });
