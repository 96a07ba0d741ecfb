import { resolve } from 'node:path';
import { createRegistry, type RegistryOptions } from '@coracle/registry';
import { isThisMachine } from '../remote/origins.ts';
import { isEverywhere } from '../serve/addresses.ts';
import type { ServeOptions } from '../serve/options.ts';
import { closedScreen } from './closed-screen.ts';

const repositoryName = 'hello';

/** The options of `serve()` that change the text which `coracle serve` prints at its start. */
type ScreenOptions = Pick<
  ServeOptions,
  'access' | 'createOnPush' | 'data' | 'endpoint' | 'accountId' | 'registryAlias'
>;

/**
 * Returns the text that `coracle serve` prints when the server has started: the address of the server, example commands
 * to paste, the folder that keeps the data, and how to stop the server.
 */
export async function firstScreen(
  url: string,
  host: string,
  { access = 'open', createOnPush = false, data, endpoint = url, accountId, registryAlias }: ScreenOptions,
): Promise<string> {
  const address = await addressOfRepository({
    endpoint,
    ...(accountId === undefined ? {} : { accountId }),
    ...(registryAlias === undefined ? {} : { registryAlias }),
  });
  const image = `${address}:latest`;
  const listening = isEverywhere(host) ? ` (it listens on every address of this machine, ${host})` : '';
  const kept =
    data === undefined
      ? 'in memory and is gone when this ends'
      : `in ${resolve(data)} and is there again at the next start`;
  const commands = [
    `aws ecr-public create-repository --repository-name ${repositoryName} --endpoint-url ${url}`,
    `docker pull alpine && docker tag alpine ${image} && docker push ${image}`,
    `aws ecr-public describe-images --repository-name ${repositoryName} --endpoint-url ${url}`,
  ];
  const open = [anyone, ...commands.map((command) => `    ${command}`)].join('\n');
  return `
  Coracle serves Amazon ECR Public, Amazon ECR and /v2/ at ${url}${listening}

${access === 'open' ? open : closedScreen(access, { url, host: new URL(endpoint).host, image, commands, createOnPush })}

  With skopeo instead of docker${access === 'open' ? '' : ', after `skopeo login --tls-verify=false` like `docker login` above'}:

    skopeo copy --dest-tls-verify=false docker://alpine docker://${image}

  With an image in a file, from 'docker save' or another program:

    npx @coracle/cli push ${needsInsecure(endpoint) ? '--insecure ' : ''}image.tar ${image}
${url.startsWith('https:') ? trust : ''}
  Everything is kept ${kept}. Ctrl-C stops it.
`;
}

/** Returns whether `coracle push` uses a registry only with `--insecure`. */
function needsInsecure(endpoint: string | URL): boolean {
  const { protocol, hostname } = new URL(endpoint);
  return protocol === 'http:' && !isThisMachine(hostname);
}

const anyone = `  Create a repository, push an image, list it (any credentials will do):

    export AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any AWS_DEFAULT_REGION=us-east-1`;

const trust = `
  If this machine does not trust the certificate, AWS_CA_BUNDLE names the file of its issuer for the AWS CLI.
`;

/**
 * Returns the `repositoryUri` of the example repository in the text that `coracle serve` prints at its start. The
 * function creates the repository in a temporary registry in memory with the same options. So the printed address
 * equals the address that the server will return.
 */
async function addressOfRepository(options: RegistryOptions): Promise<string> {
  const registry = createRegistry(options);
  const { repository } = await registry.ecrPublic.createRepository({ repositoryName });
  await registry.close();
  return repository?.repositoryUri ?? '';
}
