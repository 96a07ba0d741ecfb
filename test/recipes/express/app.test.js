import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, test } from 'node:test';
import { CreateRepositoryCommand, ECRPUBLICClient } from '@aws-sdk/client-ecr-public';
import { nodeListener } from '@coracle/cli';
import { createRegistry } from '@coracle/registry';
import express from 'express';

const servers = [];
after(() => {
  for (const server of servers) server.close();
});

async function listening(app) {
  const server = createServer(app).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${server.address().port}`;
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
  return new ECRPUBLICClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
}

const create = () => new CreateRepositoryCommand({ repositoryName: 'team/web' });

test('answers SDK clients', async () => {
  const client = await listening(express().use(nodeListener(createRegistry())));

  const { repository } = await client.send(create());
  assert.equal(repository.repositoryName, 'team/web');
});

test('works behind express.json(), which reads none of its bodies', async () => {
  const client = await listening(express().use(express.json(), nodeListener(createRegistry())));

  const { repository } = await client.send(create());
  assert.equal(repository.repositoryName, 'team/web');
});

test('says so if the body has already been read', async () => {
  const client = await listening(express().use(express.json({ type: '*/*' }), nodeListener(createRegistry())));

  await assert.rejects(client.send(create()), /body was read before the registry/);
});
