import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { output } from '../../test/support/commands.ts';
import { awsCli, describeWith, skopeo } from '../../test/support/describe-with.ts';

const demo = fileURLToPath(new URL('demo.mjs', import.meta.url));

describeWith([awsCli, skopeo], 'demo 04: docker and the AWS CLI', () => {
  test('creates a repository, pushes, pulls and describes an image', async () => {
    // On the sources of the packages, as all tests are.
    const printed = await output(process.execPath, ['--conditions=@coracle/source', '--import', 'tsx', demo]);
    const commands = [...printed.matchAll(/^\$ (\w+ [\w-]+(?: [a-z][\w-]+)?)/gm)].map(([, command]) => command);
    expect(commands).toEqual([
      'aws ecr-public create-repository',
      'skopeo copy',
      'skopeo copy',
      'aws ecr-public describe-images',
    ]);
    const [, digest] = /^Pushed, pulled and described: (sha256:[0-9a-f]{64})$/m.exec(printed) ?? [];
    expect(printed).toContain(`"imageDigest": "${digest}"`);
  });
});
