import type { AccessOptions } from '@coracle/registry/fetch-handler';

/** The addresses that the commands contain. */
interface Shown {
  readonly url: string;
  /** The host and port for `docker login`. */
  readonly host: string;
  readonly image: string;
  /** The commands for the AWS CLI and docker that also an open registry shows. */
  readonly commands: readonly string[];
  readonly createOnPush: boolean;
}

/** Returns the commands with which callers use a closed registry. They contain no secret. */
export function closedScreen(
  { users = [], keys = [], anonymousPull = false }: AccessOptions,
  { url, host, image, commands, createOnPush }: Shown,
): string {
  const [key] = Array.isArray(keys) ? keys : [];
  const push = `docker pull alpine && docker tag alpine ${image} && docker push ${image}`;
  const ofUsers = users.flatMap(({ name, rights }) => {
    const login = `docker login --username ${name} ${host}`;
    if (!rights.includes('push')) return paragraph(`Log in as ${name}, who may pull images:`, [login]);
    const needs = createOnPush ? '' : ' (the repository must exist, unless the server has --create-on-push)';
    return paragraph(`Log in as ${name}, and push an image${needs}:`, [login, push]);
  });
  const ofKey = key
    ? paragraph('Log in with a token of the access key, create a repository, push an image, list it:', [
        `export AWS_ACCESS_KEY_ID=${key.accessKeyId} AWS_SECRET_ACCESS_KEY=… AWS_DEFAULT_REGION=us-east-1`,
        `aws ecr-public get-login-password --endpoint-url ${url} | docker login --username AWS --password-stdin ${host}`,
        ...commands,
      ])
    : [];
  const nobodyPushes = !key && !users.some(({ rights }) => rights.includes('push'));
  const ofEveryone = anonymousPull ? ['  Everyone may pull public images without a login.', ''] : [];
  const ofNobody = nobodyPushes
    ? ['  Nobody may push, because no access key and no user with a password is set.', '']
    : [];
  return ['  Access is closed.', '', ...ofUsers, ...ofKey, ...ofEveryone, ...ofNobody].join('\n').trimEnd();
}

const paragraph = (title: string, commands: readonly string[]): string[] => [
  `  ${title}`,
  '',
  ...commands.map((command) => `    ${command}`),
  '',
];
