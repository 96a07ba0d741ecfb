import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ecrPublic, operationNames } from '@coracle/registry/core';
import { expect } from 'vitest';
import { awsEnvironment } from '../support/aws-environment.ts';
import { test } from '../support/clients.ts';
import { output, run } from '../support/commands.ts';
import { boto3, describeWith } from '../support/describe-with.ts';

const script = fileURLToPath(new URL('boto3_walk.py', import.meta.url));
/** Every function of the script without parameters. */
const cases = [...readFileSync(script, 'utf8').matchAll(/^def (\w+)\(\):$/gm)].map(([, name = '']) => name);

describeWith([boto3], 'boto3', () => {
  test.concurrent.for(cases.map((name) => [name.replaceAll('_', ' '), name] as const))(
    '%s',
    async ([, name], { server }) => {
      const { code, stdout, stderr } = await run('python3', [script, server.url, name], { env: awsEnvironment });
      expect({ code, stdout }, stderr).toEqual({ code: 0, stdout: 'done\n' });
    },
  );

  test('knows no other operations of ECR Public than Coracle has', async () => {
    const list =
      "import botocore.session as s; print(*s.get_session().get_service_model('ecr-public').operation_names)";
    const names = (await output('python3', ['-c', list])).trim().split(' ');
    expect(names.sort()).toEqual(operationNames(ecrPublic));
  });
});
