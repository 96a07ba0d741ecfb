import { join } from 'node:path';
import { buildImage } from '@coracle/registry';
import { expect, type TestAPI } from 'vitest';
import { awsEnvironment } from '../support/aws-environment.ts';
import { ClientProgram } from '../support/client-program.ts';
import { output, run } from '../support/commands.ts';
import { awsCli, boto3, describeWith, docker as dockerTool, podman as podmanTool } from '../support/describe-with.ts';
import { writeDockerArchive } from '../support/docker-archive.ts';
import { startDockerEngine } from '../support/docker-engine.ts';

/** The access key of a closed registry. */
export const key = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const environment = {
  ...awsEnvironment,
  AWS_ACCESS_KEY_ID: key.accessKeyId,
  AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
  // The certificate of a Worker is trusted by nobody.
  PYTHONWARNINGS: 'ignore',
};

/** A closed registry, of which a test needs only the address. */
export interface Closed {
  readonly url: string;
  /** The host and port of the address. */
  readonly host: string;
  /** The address of a private repository. */
  readonly repository: string;
  /** The password that `aws ecr get-login-password` prints. */
  readonly password: string;
}

/** Runs the AWS CLI with the access key. */
const aws = (url: string, ...args: readonly string[]): Promise<string> =>
  output('aws', ['ecr', ...args, '--endpoint-url', url, '--no-verify-ssl'], { env: environment });

type Use<T> = (value: T) => Promise<void>;

/** The fixtures that follow from the address of a closed registry. */
export const closedRegistry = {
  host: async ({ url }: { url: string }, use: Use<string>) => use(new URL(url).host),
  repository: async ({ url, host }: { url: string; host: string }, use: Use<string>) => {
    await aws(url, 'create-repository', '--repository-name', 'team/web');
    await use(`${host}/team/web`);
  },
  password: async ({ url }: { url: string }, use: Use<string>) => use((await aws(url, 'get-login-password')).trim()),
};

const boto3Script = `
import boto3, json, ssl, sys, urllib.request
ecr = boto3.client('ecr', endpoint_url=sys.argv[1], verify=False)
print([r['repositoryName'] for r in ecr.describe_repositories(repositoryNames=['team/web'])['repositories']])
url = ecr.generate_presigned_url('describe_repositories', Params={'repositoryNames': ['team/web']}, HttpMethod='POST')
headers = {'X-Amz-Target': 'AmazonEC2ContainerRegistry_V20150921.DescribeRepositories', 'Content-Type': 'application/x-amz-json-1.1'}
request = urllib.request.Request(url, b'', headers)
with urllib.request.urlopen(request, context=ssl._create_unverified_context()) as answer:
    print([r['repositoryName'] for r in json.load(answer)['repositories']])
`;

/** Registers the tests of programs on a closed registry. */
export function describePrograms<Given extends Closed & { readonly folder: string }>(
  registry: string,
  given: TestAPI<Given>,
): void {
  const test = given as unknown as TestAPI<Closed & { readonly folder: string }>;

  describeWith([awsCli], `the AWS CLI on ${registry}`, () => {
    test('is answered with the right key, and refused with another one or with another secret', async ({ url }) => {
      expect(JSON.parse(await aws(url, 'describe-repositories', '--output', 'json'))).toEqual({ repositories: [] });
      const args = ['ecr', 'describe-repositories', '--endpoint-url', url, '--no-verify-ssl'];
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

  describeWith([boto3, awsCli], `boto3 on ${registry}`, () => {
    test('is answered for a call that is signed in its header, and for a presigned URL', async ({
      url,
      repository,
    }) => {
      expect(repository).toContain('team/web');
      const printed = await output('python3', ['-c', boto3Script, url], { env: environment });
      expect(printed).toBe("['team/web']\n['team/web']\n");
    });
  });

  describeWith([podmanTool, awsCli], `podman on ${registry}`, () => {
    test('logs in, pushes and pulls with a token', async ({ host, folder, password, repository }) => {
      const storage = ['--root', join(folder, 'root'), '--runroot', join(folder, 'run'), '--storage-driver', 'vfs'];
      const podman = new ClientProgram('podman', folder, [...storage, '--tmpdir', join(folder, 'tmp')]);
      const name = `${repository}:v1`;
      await podman.output('load', '--quiet', '--input', await writeDockerArchive(folder, await buildImage(), name));
      const insecure = '--tls-verify=false';
      await expect(podman.output('push', insecure, name)).rejects.toThrow();
      await podman.output('login', insecure, '--username', 'AWS', '--password', password, host);
      await podman.output('push', insecure, name);
      await podman.output('rmi', name);
      await podman.output('pull', insecure, name);
      await expect(
        podman.output('login', insecure, '--username', 'AWS', '--password', `${password}x`, host),
      ).rejects.toThrow(/invalid username\/password|unauthorized/);
    });
  });

  describeWith([dockerTool, awsCli], `docker on ${registry}`, () => {
    test('logs in, pushes, mounts and pulls with a token', async ({ host, folder, password, repository, url }) => {
      const engine = await startDockerEngine(folder);
      try {
        const { docker } = engine;
        const name = `${repository}:v1`;
        await docker.output('load', '--input', await writeDockerArchive(folder, await buildImage(), name));
        await expect(docker.output('push', name)).rejects.toThrow(/denied|unauthorized|no basic auth/i);
        await expect(docker.output('login', '--username', 'AWS', '--password', `${password}x`, host)).rejects.toThrow();
        await docker.output('login', '--username', 'AWS', '--password', password, host);
        await docker.output('push', name);
        await aws(url, 'create-repository', '--repository-name', 'second');
        await docker.output('tag', name, `${host}/second:v1`);
        expect(await docker.output('push', `${host}/second:v1`)).toContain('Mounted from team/web');
        await docker.output('rmi', name);
        await docker.output('pull', name);
      } finally {
        await engine.stop();
      }
    });
  });
}
