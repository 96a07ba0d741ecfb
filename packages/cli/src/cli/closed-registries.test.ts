import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuiltImage, buildImage } from '@coracle/registry';
import { test as base, describe, expect } from 'vitest';
import { writeOciLayout } from '../../../../test/support/oci-layout.ts';
import { temporaryFolder } from '../../../../test/support/temporary-folder.ts';
import { type Ended, type TransferOptions, transfer } from '../../test-support/transfer.ts';
import { type Access, type RunningServer, serve } from '../index.ts';

const key = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const users = [
  { name: 'alice', password: 'open sesame', rights: ['pull', 'push'] as const },
  { name: 'bob', password: 'just looking', rights: ['pull'] as const },
];
const alice = { CORACLE_USERNAME: 'alice', CORACLE_PASSWORD: 'open sesame' };
const bob = { CORACLE_USERNAME: 'bob', CORACLE_PASSWORD: 'just looking' };

interface Given {
  readonly folder: string;
  readonly time: { now: number };
  readonly asked: string[];
  readonly server: RunningServer;
  readonly host: string;
  readonly image: BuiltImage;
  readonly layout: string;
  readonly coracle: (args: readonly string[], options?: TransferOptions) => Promise<Ended>;
}

const test = base.extend<Given>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads what a fixture needs from this pattern.
  folder: async ({}, use) => {
    const folder = await temporaryFolder();
    await use(folder.path);
    await folder.remove();
  },
  // biome-ignore lint/correctness/noEmptyPattern: as above.
  time: async ({}, use) => use({ now: Date.now() }),
  // biome-ignore lint/correctness/noEmptyPattern: as above.
  asked: async ({}, use) => use([]),
  server: async ({ time, asked }, use) => {
    const onAccess = ({ method, path, status }: Access) => asked.push(`${method} ${path.split('?')[0]} ${status}`);
    const access = { keys: [key], users };
    const server = await serve({ port: 0, access, createOnPush: true, clock: () => time.now, onAccess });
    await use(server);
    await server.close({ within: 0 });
  },
  host: async ({ server }, use) => use(new URL(server.url).host),
  // biome-ignore lint/correctness/noEmptyPattern: as above.
  image: async ({}, use) => use(await buildImage({ layers: [crypto.getRandomValues(new Uint8Array(60_000)), 'two'] })),
  layout: async ({ folder, image }, use) => {
    const path = join(folder, 'layout');
    await mkdir(path);
    await writeOciLayout(path, image, 'v1');
    await use(path);
  },
  coracle: async ({ folder }, use) => use((args, options) => transfer(folder, args, options)),
});

describe('a closed registry', () => {
  test('takes the image of a user who may push, and gives it to one who may pull', async ({
    folder,
    host,
    image,
    layout,
    coracle,
  }) => {
    expect(await coracle(['push', layout, `${host}/team/web:v1`], { environment: alice })).toMatchObject({ code: 0 });
    const path = join(folder, 'web.tar');
    expect(await coracle(['pull', `${host}/team/web:v1`, path], { environment: bob })).toMatchObject({
      code: 0,
      stdout: `${host}/team/web:v1@${image.digest}\n`,
    });
  });

  test('refuses strangers, wrong passwords and users who may only pull', async ({ host, layout, coracle }) => {
    const stranger = await coracle(['push', layout, `${host}/team/web:v1`]);
    expect(stranger).toMatchObject({ code: 4, stdout: '', waits: [] });
    expect(stranger.stderr).toContain(`Run 'docker login ${host}' or 'podman login ${host}', or set CORACLE_USERNAME`);
    const environment = { ...alice, CORACLE_PASSWORD: 'mistaken' };
    const wrong = await coracle(['push', layout, `${host}/team/web:v1`], { environment });
    expect(wrong).toMatchObject({ code: 4, waits: [] });
    expect(wrong.stderr).toContain("refuses the login of 'alice' from CORACLE_USERNAME and CORACLE_PASSWORD");
    expect(wrong.stderr).toContain('Correct these variables, or unset them to use a login of docker or podman');
    expect(wrong.stderr).not.toContain('Run ');
    const reader = await coracle(['push', layout, `${host}/team/web:v1`], { environment: bob });
    expect(reader).toMatchObject({ code: 4, waits: [] });
    expect(reader.stderr).toMatch(/refused to|refuses the login/);
    expect(stranger.stderr + wrong.stderr + reader.stderr).not.toMatch(/open sesame|just looking|mistaken/);
  });

  test('takes a login of docker', async ({ folder, host, layout, coracle }) => {
    await mkdir(join(folder, '.docker'));
    const auth = Buffer.from('alice:open sesame').toString('base64');
    await writeFile(join(folder, '.docker', 'config.json'), JSON.stringify({ auths: { [host]: { auth } } }));
    expect(await coracle(['push', layout, `${host}/team/web:v1`])).toMatchObject({ code: 0 });
  });

  test('takes a token of AWS', async ({ server, host, layout, coracle }) => {
    const { authorizationData = [] } = await server.registry.ecr.getAuthorizationToken();
    const token = Buffer.from(authorizationData[0]?.authorizationToken ?? '', 'base64').toString();
    const environment = { CORACLE_USERNAME: 'AWS', CORACLE_PASSWORD: token.slice('AWS:'.length) };
    expect(await coracle(['push', layout, `${host}/team/web:v1`], { environment })).toMatchObject({ code: 0 });
  });

  test('gives a new token if the old one expires during a push', async ({ time, asked, host, layout, coracle }) => {
    let events = 0;
    const tell = () => {
      // The time of the registry moves on, and that of the command does not.
      if (++events === 2) time.now += 60 * 60_000;
    };
    const pushed = await coracle(['push', layout, `${host}/team/web:v1`], {
      environment: alice,
      surroundings: { tell },
    });
    expect(pushed).toMatchObject({ code: 0, waits: [] });
    expect(asked.filter((line) => line === 'GET /token 200').length).toBeGreaterThan(1);
    expect(asked.filter((line) => / 401$/.test(line)).length).toBeGreaterThan(2);
  });

  test('mounts a layer for a user who may read the other repository', async ({ host, layout, coracle }) => {
    await coracle(['push', layout, `${host}/team/base:v1`], { environment: alice });
    const args = ['push', layout, `${host}/team/web:v1`, '--mount-from', 'team/base'];
    expect((await coracle(args, { environment: alice })).stderr.match(/mounted/g)).toHaveLength(3);
  });
});
