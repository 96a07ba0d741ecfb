import { type RunningServer, serve } from '@coracle/cli';
import { afterAll, beforeAll } from 'vitest';
import { refusesEarly } from './early-refusals.ts';

let server: RunningServer;

beforeAll(async () => {
  server = await serve({ port: 0 });
  await server.registry.ecr.createRepository({ repositoryName: 'there' });
});
afterAll(() => server.close({ within: 0 }));

refusesEarly(() => server.url);
