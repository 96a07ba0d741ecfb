import { join } from 'node:path';
import { type RunningServer, serve } from '@coracle/cli';
import { buildImage } from '@coracle/registry';
import { expect } from 'vitest';
import { test as base } from '../support/clients.ts';
import { awsCli, describeWith, skopeo as skopeoTool } from '../support/describe-with.ts';
import { writeOciLayout } from '../support/oci-layout.ts';
import { Skopeo } from '../support/skopeo.ts';
import { type Closed, closedRegistry, describePrograms, key } from './closed-programs.ts';

const hours = 3_600_000;

interface Given extends Closed {
  /** The time of the registry, which a test may move on. */
  readonly time: { now: number };
  readonly server: RunningServer;
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
  url: async ({ server }, use) => use(server.url),
  ...closedRegistry,
});

describePrograms('a closed server', test);

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
