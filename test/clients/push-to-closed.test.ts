import { randomFillSync } from 'node:crypto';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { buildImage, buildIndex } from '@coracle/registry';
import { describe, expect } from 'vitest';
import { login } from '../conformance/server.ts';
import { type ServedStorage, storages } from '../conformance/storages.ts';
import { test } from '../support/clients.ts';
import { coracleIn } from '../support/coracle-command.ts';
import { digestsOf, writeOciLayout } from '../support/oci-layout.ts';
import { describeWithWorkerd } from '../workers/miniflare.ts';
import { unpacked } from './archives.ts';

/** `coracle push` and `coracle pull` as processes, with each kind of login, on closed registries. */

const MB = 1_000_000;

/** Writes a program that gives the login, as docker's credential helpers do. Returns the environment that finds it. */
async function installHelper(folder: string): Promise<NodeJS.ProcessEnv> {
  const program = join(folder, 'bin', 'docker-credential-test');
  const answer = JSON.stringify({ Username: login.username, Secret: login.password });
  await mkdir(join(folder, 'bin'));
  await writeFile(program, `#!/bin/sh\n[ "$1" = get ] && echo '${answer}'\n`);
  await chmod(program, 0o755);
  return { PATH: [join(folder, 'bin'), process.env['PATH']].join(delimiter) };
}

async function writeConfig(folder: string, config: object): Promise<void> {
  await mkdir(join(folder, '.docker'));
  await writeFile(join(folder, '.docker', 'config.json'), JSON.stringify(config));
}

/** The kinds of login. Each prepares a home folder, and returns the environment of the command. */
const logins: Record<string, (home: string, host: string) => Promise<NodeJS.ProcessEnv>> = {
  'the file of docker login': async (home, host) => {
    const auth = Buffer.from(`${login.username}:${login.password}`).toString('base64');
    await writeConfig(home, { auths: { [host]: { auth } } });
    return {};
  },
  'a credential helper for the host': async (home, host) => {
    await writeConfig(home, { credHelpers: { [host]: 'test' } });
    return installHelper(home);
  },
  'a credential store': async (home, host) => {
    await writeConfig(home, { auths: { [host]: {} }, credsStore: 'test' });
    return installHelper(home);
  },
  'the environment': async () => ({ CORACLE_USERNAME: login.username, CORACLE_PASSWORD: login.password }),
};

/** Writes an image index of two platforms, with a layer that is sent in several chunks. */
async function writeIndex(folder: string): Promise<string> {
  const arm = { os: 'linux', architecture: 'arm64', variant: 'v8' };
  const large = randomFillSync(new Uint8Array(20 * MB));
  const images = [
    await buildImage({ layers: ['shared', large] }),
    await buildImage({ layers: ['shared'], platform: arm }),
  ];
  const index = await buildIndex({ images });
  await mkdir(folder);
  await writeOciLayout(folder, index, 'all');
  return index.digest;
}

function pushesAndPulls({ name, serve }: ServedStorage): void {
  test(`of the kind '${name}', with each kind of login`, { timeout: 240_000 }, async ({ folder }) => {
    const path = join(folder, 'from');
    const digest = await writeIndex(path);
    const served = await serve(join(folder, 'data'));
    try {
      const refused = await coracleIn(folder).run('push', path, `${served.host}/team/web:v1`);
      expect(refused.code).toBe(4);
      expect(refused.stderr).toContain('needs a login');
      for (const [i, prepare] of Object.values(logins).entries()) {
        const home = join(folder, `home-${i}`);
        await mkdir(home);
        const coracle = coracleIn(home, await prepare(home, served.host));
        const image = `${served.host}/team/web-${i}:v1`;
        const printed = `${image}@${digest}\n`;
        expect(await coracle.output('push', path, image, '--chunk-size', '9MB')).toBe(printed);
        expect(await coracle.output('pull', image, join(home, 'pulled.tar'))).toBe(printed);
        const pulled = await unpacked(join(home, 'pulled.tar'));
        expect(await digestsOf(join(pulled, 'blobs'))).toEqual(await digestsOf(join(path, 'blobs')));
      }
    } finally {
      await served.stop();
    }
  });
}

const closed = storages.filter(({ name }) => name.includes('closed'));
const isWorker = ({ name }: ServedStorage): boolean => name.startsWith('registryWorker');

describe('coracle push to a closed server', () => {
  for (const storage of closed.filter((one) => !isWorker(one))) pushesAndPulls(storage);
});

describeWithWorkerd('coracle push to a closed Worker', () => {
  for (const storage of closed.filter(isWorker)) pushesAndPulls(storage);
});
