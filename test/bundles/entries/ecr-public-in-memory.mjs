import { createEngine, ecrPublic } from '@coracle/registry/core';
import { awsJson, serveFaces, v2 } from '@coracle/registry/fetch-handler';
import { memoryStorage } from '@coracle/registry/storage-memory';

export const serve = () =>
  serveFaces(createEngine({ storage: memoryStorage(), services: [ecrPublic] }), { faces: [awsJson(), v2()] });
