import { Agent } from 'node:https';
import { CreateRepositoryCommand, ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { serve } from '@coracle/cli';
import { expect, it, onTestFinished } from 'vitest';
import { selfSigned } from '../support/self-signed.ts';

it('the AWS SDK calls a server with a certificate, whose addresses begin with https', async () => {
  const tls = selfSigned();
  const server = await serve({ port: 0, host: 'localhost', tls });
  onTestFinished(() => server.close({ within: 0 }));
  const client = new ECRClient({
    endpoint: server.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    requestHandler: { httpsAgent: new Agent({ ca: tls.cert }) },
  });
  onTestFinished(() => client.destroy());
  const { repository } = await client.send(new CreateRepositoryCommand({ repositoryName: 'web' }));
  expect(repository?.repositoryUri).toBe(`${new URL(server.url).host}/web`);
  const { authorizationData } = await client.send(new GetAuthorizationTokenCommand({}));
  expect(authorizationData).toMatchObject([{ proxyEndpoint: server.url }]);
});
