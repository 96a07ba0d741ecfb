// A registry on a free port, used by the AWS CLI and skopeo as they are. Each command is printed before it runs.
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { serve } from '@coracle/cli';
import { buildImage } from '@coracle/registry';
import { writeOciLayout } from './oci-layout.mjs';

const credentials = { AWS_ACCESS_KEY_ID: 'any', AWS_SECRET_ACCESS_KEY: 'any', AWS_DEFAULT_REGION: 'us-east-1' };
const folder = await mkdtemp(join(tmpdir(), 'coracle-demo-'));
const server = await serve({ port: 0 });

async function run(command, ...args) {
  console.log(`$ ${command} ${args.join(' ').replaceAll(folder, '.')}`);
  const env = { ...process.env, ...credentials, AWS_PAGER: '' };
  const { stdout } = await promisify(execFile)(command, args, { env });
  if (stdout) console.log(stdout);
  return stdout;
}
const aws = async (...args) =>
  JSON.parse(await run('aws', 'ecr-public', ...args, '--endpoint-url', server.url, '--output', 'json'));

try {
  const { repository } = await aws('create-repository', '--repository-name', 'hello');

  const image = await buildImage({
    layers: [{ 'etc/motd': 'Hello from a coracle\n' }, { 'srv/index.html': '<h1>Hello</h1>\n' }],
  });
  await writeOciLayout(`${folder}/image`, image, 'v1');

  const address = `docker://${repository.repositoryUri}:v1`;
  await run('skopeo', 'copy', '--preserve-digests', '--dest-tls-verify=false', `oci:${folder}/image:v1`, address);
  await run('skopeo', 'copy', '--preserve-digests', '--src-tls-verify=false', address, `oci:${folder}/pulled:v1`);

  const { imageDetails } = await aws('describe-images', '--repository-name', 'hello');
  console.log(
    `Pushed, pulled and described: ${imageDetails[0].imageDigest === image.digest ? image.digest : 'not the same image'}`,
  );
} finally {
  await server.close();
  await rm(folder, { recursive: true });
}
