import { resolve } from 'node:path';
import { createRegistry } from '@coracle/registry';
import { describe, expect, it } from 'vitest';
import { firstScreen } from './first-screen.ts';

const url = 'http://127.0.0.1:4747';

describe('firstScreen', () => {
  it('names the address, what is kept and how to stop', async () => {
    const screen = await firstScreen(url, '127.0.0.1', {});
    expect(screen).toContain(`at ${url}\n`);
    expect(screen).toContain('in memory and is gone when this ends');
    expect(screen).toContain('Ctrl-C');
  });

  it('names the folder in which everything is kept', async () => {
    expect(await firstScreen(url, '127.0.0.1', { data: 'some/where' })).toContain(
      `kept in ${resolve('some/where')} and is there again at the next start.`,
    );
  });

  it('gives commands for the repository that the first of them creates', async () => {
    const screen = await firstScreen(url, '127.0.0.1', {});
    const registry = createRegistry({ endpoint: url });
    const { repository } = await registry.ecrPublic.createRepository({ repositoryName: 'hello' });
    expect(screen).toContain(`aws ecr-public create-repository --repository-name hello --endpoint-url ${url}\n`);
    expect(screen).toContain(`docker push ${repository?.repositoryUri}:latest\n`);
    expect(screen).toContain(`docker://${repository?.repositoryUri}:latest\n`);
    expect(screen).toContain(`npx @coracle/cli push image.tar ${repository?.repositoryUri}:latest\n`);
    expect(screen).toContain(`aws ecr-public describe-images --repository-name hello --endpoint-url ${url}\n`);
  });

  it('says how to log in to a closed registry, and shows no secret', async () => {
    const access = {
      users: [{ name: 'alice', password: 'open sesame', rights: ['pull' as const] }],
      keys: [{ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'do not tell' }],
    };
    const screen = await firstScreen(url, '127.0.0.1', { access });
    expect(screen).toContain('docker login --username alice 127.0.0.1:4747\n');
    expect(screen).toContain('export AWS_ACCESS_KEY_ID=AKIDEXAMPLE AWS_SECRET_ACCESS_KEY=… ');
    expect(screen).toContain(
      `aws ecr-public get-login-password --endpoint-url ${url} | docker login --username AWS --password-stdin 127.0.0.1:4747\n`,
    );
    expect(screen).not.toMatch(/open sesame|do not tell|any credentials/);
    const ofUser = await firstScreen(url, '127.0.0.1', {
      access: { users: [{ name: 'bob', password: 'x', rights: ['push'] }], anonymousPull: true },
    });
    expect(ofUser).toContain('Log in as bob, and push an image (the repository must exist, unless the server has');
    expect(ofUser).toContain('Everyone may pull public images without a login.');
    expect(ofUser).not.toMatch(/aws ecr-public|Nobody may push/);
    expect(ofUser).toContain('after `skopeo login --tls-verify=false`');
    expect(await firstScreen(url, '127.0.0.1', { access: { anonymousPull: true } })).toContain('Nobody may push');
  });

  it('pushes to the endpoint and the alias that were chosen', async () => {
    const screen = await firstScreen(url, '127.0.0.1', { endpoint: 'https://registry.test', registryAlias: 'coracle' });
    expect(screen).toContain('docker push registry.test/coracle/hello:latest\n');
    const plain = await firstScreen(url, '0.0.0.0', { endpoint: 'http://registry.test' });
    expect(plain).toMatch(/npx @coracle\/cli push --insecure image.tar registry.test\/\w+\/hello:latest\n/);
  });

  it('says how the AWS CLI trusts a certificate, if there is one', async () => {
    expect(await firstScreen('https://localhost:4747', 'localhost', {})).toContain('AWS_CA_BUNDLE');
    expect(await firstScreen(url, '127.0.0.1', {})).not.toContain('AWS_CA_BUNDLE');
  });

  it('says so where it listens on every address', async () => {
    expect(await firstScreen('http://localhost:4747', '0.0.0.0', {})).toContain(
      'on every address of this machine, 0.0.0.0',
    );
  });
});
