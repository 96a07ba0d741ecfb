import { type Access, type RunningServer, serve } from '@coracle/cli';
import { test as base } from 'vitest';
import { awsEnvironment } from './aws-environment.ts';
import { output, run } from './commands.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** The AWS CLI on a server: `await aws('ecr-public', 'describe-repositories')`. */
export type Aws = <Output>(service: 'ecr' | 'ecr-public', ...args: readonly string[]) => Promise<Output>;

interface Given {
  /** The requests of clients with their status, in the order of the answers: `POST /v2/web/blobs/uploads/ 202`. */
  readonly asked: string[];
  /** A server of the test's own, empty at the start. */
  readonly server: RunningServer;
  /** `127.0.0.1:PORT`: what stands before a repository's name for docker and its like. */
  readonly host: string;
  /** A folder of the test's own. */
  readonly folder: string;
  readonly aws: Aws;
}

/** A test that has a server, a folder and the AWS CLI. */
export const test = base.extend<Given>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads what a fixture needs from this pattern.
  asked: async ({}, use) => use([]),
  server: async ({ asked }, use) => {
    const onAccess = ({ method, path, status }: Access) => asked.push(`${method} ${path} ${status ?? 'broken off'}`);
    const server = await serve({ port: 0, onAccess });
    await use(server);
    await server.close({ within: 0 });
  },
  host: async ({ server }, use) => use(new URL(server.url).host),
  // biome-ignore lint/correctness/noEmptyPattern: as above.
  folder: async ({}, use) => {
    const folder = await temporaryFolder();
    await use(folder.path);
    await folder.remove();
  },
  aws: async ({ server }, use) => use(awsCli(server.url)),
});

const onServer = (url: string, args: readonly string[]) => [...args, '--endpoint-url', url, '--output', 'json'];

function awsCli(url: string): Aws {
  return async (...args) => {
    const text = await output('aws', onServer(url, args), { env: awsEnvironment });
    return text === '' ? undefined : JSON.parse(text);
  };
}

/**
 * Returns the text that the AWS CLI writes to standard error about a refused call.
 * @throws Error if the call succeeds
 */
export async function refusal(url: string, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run('aws', onServer(url, args), { env: awsEnvironment });
  if (code === 0) throw new Error(`aws ${args.join(' ')} was not refused:\n${stdout}`);
  return stderr.trim();
}

/** Returns the password that `aws ecr get-login-password` prints for a region. */
export function loginPassword(url: string, region = 'us-east-1'): Promise<string> {
  const args = ['ecr', 'get-login-password', '--region', region, '--endpoint-url', url];
  return output('aws', args, { env: awsEnvironment });
}

/** The address of a new public repository: `127.0.0.1:PORT/<alias>/team/web`. */
export async function newRepository({ registry }: RunningServer, repositoryName = 'team/web'): Promise<string> {
  const { repository } = await registry.ecrPublic.createRepository({ repositoryName });
  return repository?.repositoryUri ?? '';
}

/** The images of a public repository, as DescribeImages tells of them. */
export async function imagesOf({ registry }: RunningServer, repositoryName = 'team/web') {
  const { imageDetails = [] } = await registry.ecrPublic.describeImages({ repositoryName });
  return imageDetails;
}
