import { join } from 'node:path';
import { buildImage } from '@coracle/registry';
import { expect } from 'vitest';
import { awsEnvironment } from '../support/aws-environment.ts';
import { test } from '../support/clients.ts';
import { output } from '../support/commands.ts';
import { awsCli, describeWith, skopeo as skopeoTool } from '../support/describe-with.ts';
import { writeOciLayout } from '../support/oci-layout.ts';
import { Skopeo } from '../support/skopeo.ts';

describeWith([skopeoTool, awsCli], 'aws ecr get-login-password | skopeo login', () => {
  for (const [region, elsewhere] of [
    ['us-east-1', 'eu-west-1'],
    ['eu-west-1', 'us-east-1'],
  ] as const) {
    test(`pushes to the private registry of ${region} and of no other region`, async ({
      server,
      host,
      folder,
      aws,
    }) => {
      await aws('ecr', 'create-repository', '--repository-name', 'team/web', '--region', region);
      const args = ['ecr', 'get-login-password', '--region', region, '--endpoint-url', server.url];
      const password = await output('aws', args, { env: awsEnvironment });
      const skopeo = new Skopeo(folder);
      expect(await skopeo.login(host, password)).toContain('Login Succeeded!');

      const image = await buildImage();
      await writeOciLayout(join(folder, 'from'), image, 'v1');
      await skopeo.copy(`oci:${folder}/from:v1`, `docker://${host}/team/web:v1`);

      const { repositories } = await server.registry.ecr.describeRepositories({}, { region: elsewhere });
      expect(repositories).toEqual([]);
      const { Digest } = JSON.parse(await skopeo.output('inspect', `docker://${host}/team/web:v1`));
      expect(Digest).toBe(image.digest);
    });
  }

  test('is not needed for a public registry, and does not harm there', async ({ server, host, folder, aws }) => {
    const { repository } = await aws<{ repository: { repositoryUri: string } }>(
      'ecr-public',
      'create-repository',
      '--repository-name',
      'web',
    );
    const args = ['ecr-public', 'get-login-password', '--region', 'us-east-1', '--endpoint-url', server.url];
    const skopeo = new Skopeo(folder);
    await writeOciLayout(join(folder, 'from'), await buildImage(), 'v1');
    await skopeo.copy(`oci:${folder}/from:v1`, `docker://${repository.repositoryUri}:v1`);
    await skopeo.login(host, await output('aws', args, { env: awsEnvironment }));
    await skopeo.copy(`oci:${folder}/from:v1`, `docker://${repository.repositoryUri}:v2`);
    const { imageDetails } = await server.registry.ecrPublic.describeImages({ repositoryName: 'web' });
    expect(imageDetails?.flatMap((each) => each.imageTags)).toEqual(['v1', 'v2']);
  });
});
