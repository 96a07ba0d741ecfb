import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GenericContainer, Wait } from 'testcontainers';

test('runs the command in a container', async () => {
  const container = await new GenericContainer('node:24-slim')
    .withCommand(['npx', '--yes', '@coracle/cli', 'serve', '--host', '0.0.0.0'])
    .withExposedPorts(4747)
    .withWaitStrategy(Wait.forHttp('/healthz', 4747))
    .start();
  const endpoint = `http://${container.getHost()}:${container.getMappedPort(4747)}`;

  const answer = await fetch(`${endpoint}/v2/`);
  assert.equal(answer.status, 401);
  await container.stop();
});
