import { join } from 'node:path';
import { type RunningServer, serve } from '@coracle/cli';
import { buildImage } from '@coracle/registry';
import { expect } from 'vitest';
import { awsEnvironment } from '../support/aws-environment.ts';
import { ClientProgram } from '../support/client-program.ts';
import { test as base } from '../support/clients.ts';
import { output, run } from '../support/commands.ts';
import {
  awsCli,
  boto3,
  describeWith,
  docker as dockerTool,
  podman as podmanTool,
  skopeo as skopeoTool,
} from '../support/describe-with.ts';
import { writeDockerArchive } from '../support/docker-archive.ts';
import { startDockerEngine } from '../support/docker-engine.ts';
import { writeOciLayout } from '../support/oci-layout.ts';
import { Skopeo } from '../support/skopeo.ts';

const key = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const environment = {
  ...awsEnvironment,
  AWS_ACCESS_KEY_ID: key.accessKeyId,
  AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
};
const hours = 3_600_000;

interface Given {
  /** The time of the registry, which a test may move on. */
  readonly time: { now: number };
  readonly server: RunningServer;
  /** The address of a private repository. */
  readonly repository: string;
  /** The password that `aws ecr get-login-password` prints. */
  readonly password: string;
}

const test = base.extend<Given>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads what a fixture needs from this pattern.
  time: async ({}, use) => use({ now: Date.now() }),
  server: async ({ time }, use) => {
    const users = [
      { name: 'alice', password: 'open sesame', rights: ['pull', 'push'] as const },
      { name: 'bob', password: 'just looking', rights: ['pull'] as const },
    ];
    const server = await serve({ port: 0, access: { keys: [key], users }, clock: () => time.now });
    await use(server);
    await server.close({ within: 0 });
  },
  repository: async ({ server, host }, use) => {
    await server.registry.ecr.createRepository({ repositoryName: 'team/web' });
    await use(`${host}/team/web`);
  },
  password: async ({ server }, use) => use((await loginPassword(server)).trim()),
});

const loginPassword = ({ url }: RunningServer): Promise<string> =>
  output('aws', ['ecr', 'get-login-password', '--endpoint-url', url], { env: environment });

describeWith([awsCli], 'the AWS CLI on a closed registry', () => {
  test('is answered with the right key, and refused with another one or with another secret', async ({ server }) => {
    const args = ['ecr', 'describe-repositories', '--endpoint-url', server.url, '--output', 'json'];
    expect(JSON.parse(await output('aws', args, { env: environment }))).toEqual({ repositories: [] });
    for (const [wrong, refusal] of [
      [{ AWS_ACCESS_KEY_ID: 'AKIDOTHER' }, 'UnrecognizedClientException'],
      [{ AWS_SECRET_ACCESS_KEY: 'other' }, 'InvalidSignatureException'],
      [{ AWS_SESSION_TOKEN: 'other' }, 'UnrecognizedClientException'],
    ] as const) {
      const { code, stderr } = await run('aws', args, { env: { ...environment, ...wrong } });
      expect(code).not.toBe(0);
      expect(stderr).toContain(`(${refusal})`);
    }
    const { stderr } = await run('aws', [...args, '--no-sign-request'], { env: environment });
    expect(stderr).toContain('(MissingAuthenticationTokenException)');
  });
});

describeWith([boto3], 'boto3 on a closed registry', () => {
  test('is answered for a call that is signed in its header, and for a presigned URL', async ({
    server,
    repository,
  }) => {
    const script = `
import boto3, json, sys, urllib.request
ecr = boto3.client('ecr', endpoint_url=sys.argv[1])
print([r['repositoryName'] for r in ecr.describe_repositories(repositoryNames=['team/web'])['repositories']])
url = ecr.generate_presigned_url('describe_repositories', Params={'repositoryNames': ['team/web']}, HttpMethod='POST')
headers = {'X-Amz-Target': 'AmazonEC2ContainerRegistry_V20150921.DescribeRepositories', 'Content-Type': 'application/x-amz-json-1.1'}
with urllib.request.urlopen(urllib.request.Request(url, b'', headers)) as answer:
    print([r['repositoryName'] for r in json.load(answer)['repositories']])
`;
    expect(repository).toContain('team/web');
    const printed = await output('python3', ['-c', script, server.url], { env: environment });
    expect(printed).toBe("['team/web']\n['team/web']\n");
  });
});

describeWith([skopeoTool, awsCli], 'skopeo on a closed registry', () => {
  test('pushes and pulls with a token, until it expires', async ({ time, host, folder, password, repository }) => {
    const skopeo = new Skopeo(folder);
    const image = await buildImage();
    await writeOciLayout(join(folder, 'from'), image, 'v1');
    const push = () => skopeo.run('copy', '--preserve-digests', `oci:${folder}/from:v1`, `docker://${repository}:v1`);
    expect((await push()).code).not.toBe(0);
    expect(await skopeo.login(host, password)).toContain('Login Succeeded!');
    expect(await push()).toMatchObject({ code: 0 });
    await skopeo.copy(`docker://${repository}:v1`, `oci:${folder}/to:v1`);
    expect(JSON.parse(await skopeo.output('inspect', `docker://${repository}:v1`)).Digest).toBe(image.digest);
    time.now += 12 * hours;
    expect((await push()).code).not.toBe(0);
  });

  test('is refused with a token that was altered', async ({ host, folder, password }) => {
    const altered = password.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
    await expect(new Skopeo(folder).login(host, altered)).rejects.toThrow(/unauthorized|invalid username\/password/);
  });

  test('pushes with the password of a user, and not with a right that the user has not', async ({
    folder,
    repository,
  }) => {
    const skopeo = new Skopeo(folder);
    await writeOciLayout(join(folder, 'from'), await buildImage(), 'v1');
    const push = (login: string) =>
      skopeo.run('copy', '--dest-creds', login, `oci:${folder}/from:v1`, `docker://${repository}:v1`);
    expect(await push('alice:open sesame')).toMatchObject({ code: 0 });
    expect((await push('alice:wrong')).code).not.toBe(0);
    expect((await push('bob:just looking')).stderr).toContain("does not have the right 'push'");
    const inspect = ['--creds', 'bob:just looking', `docker://${repository}:v1`];
    expect(await skopeo.run('inspect', ...inspect)).toMatchObject({ code: 0 });
  });
});

describeWith([podmanTool, awsCli], 'podman on a closed registry', () => {
  test('logs in, pushes and pulls with a token', async ({ host, folder, password, repository }) => {
    const storage = ['--root', join(folder, 'root'), '--runroot', join(folder, 'run'), '--storage-driver', 'vfs'];
    const podman = new ClientProgram('podman', folder, [...storage, '--tmpdir', join(folder, 'tmp')]);
    const name = `${repository}:v1`;
    await podman.output('load', '--quiet', '--input', await writeDockerArchive(folder, await buildImage(), name));
    const plainHttp = '--tls-verify=false';
    await expect(podman.output('push', plainHttp, name)).rejects.toThrow();
    await podman.output('login', plainHttp, '--username', 'AWS', '--password', password, host);
    await podman.output('push', plainHttp, name);
    await podman.output('rmi', name);
    await podman.output('pull', plainHttp, name);
    await expect(
      podman.output('login', plainHttp, '--username', 'AWS', '--password', `${password}x`, host),
    ).rejects.toThrow(/invalid username\/password|unauthorized/);
  });
});

describeWith([dockerTool, awsCli], 'docker on a closed registry', () => {
  test('logs in, pushes, mounts and pulls with a token', async ({ host, folder, password, repository, server }) => {
    const engine = await startDockerEngine(folder);
    try {
      const { docker } = engine;
      const name = `${repository}:v1`;
      await docker.output('load', '--input', await writeDockerArchive(folder, await buildImage(), name));
      await expect(docker.output('push', name)).rejects.toThrow(/denied|unauthorized|no basic auth/i);
      await expect(docker.output('login', '--username', 'AWS', '--password', `${password}x`, host)).rejects.toThrow();
      await docker.output('login', '--username', 'AWS', '--password', password, host);
      await docker.output('push', name);
      await server.registry.ecr.createRepository({ repositoryName: 'second' });
      await docker.output('tag', name, `${host}/second:v1`);
      expect(await docker.output('push', `${host}/second:v1`)).toContain('Mounted from team/web');
      await docker.output('rmi', name);
      await docker.output('pull', name);
    } finally {
      await engine.stop();
    }
  });
});
