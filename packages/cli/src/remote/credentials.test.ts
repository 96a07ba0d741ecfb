import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../../../test/support/temporary-folder.ts';
import { findCredentials } from './credentials.ts';

let home: string;
beforeEach(async () => {
  const { path, remove } = await temporaryFolder();
  home = path;
  onTestFinished(remove);
});

const auth = (text: string) => Buffer.from(text).toString('base64');

async function write(path: string, value: unknown): Promise<string> {
  const file = join(home, path);
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, typeof value === 'string' ? value : JSON.stringify(value));
  return file;
}

const find = (registry: string, environment: Record<string, string> = {}, repository = 'team/web') =>
  findCredentials({ registry, repository, home, environment: { PATH: process.env['PATH'], ...environment } });

/** Installs a program `docker-credential-<name>` whose text is a shell script. */
async function helper(name: string, script: string): Promise<Record<string, string>> {
  const program = await write(`bin/docker-credential-${name}`, `#!/bin/sh\n${script}\n`);
  await chmod(program, 0o755);
  return { PATH: [join(home, 'bin'), process.env['PATH']].join(delimiter) };
}

describe('findCredentials', () => {
  it('does not wait for a helper if the user stops', async () => {
    const { PATH = '' } = await helper('slow', 'read server; mkfifo "$0.pipe"; read line < "$0.pipe"');
    await write('.docker/config.json', { credsStore: 'slow' });
    const stop = new AbortController();
    const environment = { PATH };
    const finding = findCredentials({
      ...{ registry: 'ghcr.io', repository: 'web', home, environment },
      signal: stop.signal,
    });
    stop.abort(new Error('stopped'));
    await expect(finding).rejects.toThrow('stopped');
  });

  it('finds none if there are no files', async () => {
    expect(await find('ghcr.io')).toBeUndefined();
  });

  it('takes the environment first', async () => {
    await write('.docker/config.json', { auths: { 'ghcr.io': { auth: auth('bob:two') } } });
    expect(await find('ghcr.io', { CORACLE_USERNAME: 'alice', CORACLE_PASSWORD: 'one' })).toMatchObject({
      username: 'alice',
      password: 'one',
    });
  });

  it.each([
    [{ CORACLE_USERNAME: 'alice', CORACLE_PASSWORD: '' }, 'CORACLE_USERNAME is set, but CORACLE_PASSWORD is missing'],
    [{ CORACLE_PASSWORD: 'one' }, 'CORACLE_PASSWORD is set, but CORACLE_USERNAME is missing or empty: set both'],
  ])('refuses half a login, instead of another one: %j', async (environment, message) => {
    await write('.docker/config.json', { auths: { 'ghcr.io': { auth: auth('bob:two') } } });
    await expect(find('ghcr.io', environment)).rejects.toMatchObject({
      kind: 'login',
      message: expect.stringContaining(message),
    });
  });

  it.each([
    ['ghcr.io', { 'ghcr.io': { auth: auth('bob:a:b') } }, 'bob', 'a:b'],
    ['ghcr.io', { 'https://ghcr.io/v2/': { auth: auth('bob:x') } }, 'bob', 'x'],
    ['ghcr.io', { 'ghcr.io': { username: 'bob', password: 'y' } }, 'bob', 'y'],
    ['docker.io', { 'https://index.docker.io/v1/': { auth: auth('bob:hub') } }, 'bob', 'hub'],
    ['docker.io', { 'docker.io': { auth: auth('bob:hub') } }, 'bob', 'hub'],
    ['localhost:5000', { localhost: { auth: auth('no:no') }, 'localhost:5000': { auth: auth('b:z\0\0') } }, 'b', 'z'],
    ['ghcr.io', { 'ghcr.io': { auth: auth('no:no') }, 'ghcr.io/team': { auth: auth('team:t') } }, 'team', 't'],
    ['ghcr.io', { 'ghcr.io': { auth: auth('all:a') }, 'ghcr.io/team/web/x': { auth: auth('no:no') } }, 'all', 'a'],
  ])('finds the login of %s in %j', async (registry, auths, username, password) => {
    const path = await write('.docker/config.json', { auths });
    expect(await find(registry)).toEqual({ username, password, source: path });
  });

  it('looks into the files in their order', async () => {
    const login = (name: string) => ({ auths: { 'ghcr.io': { auth: auth(`${name}:x`) } } });
    await write('.config/containers/auth.json', login('config'));
    expect(await find('ghcr.io')).toMatchObject({ username: 'config' });
    await write('run/containers/auth.json', login('runtime'));
    const environment = { XDG_RUNTIME_DIR: join(home, 'run') };
    expect(await find('ghcr.io', environment)).toMatchObject({ username: 'runtime' });
    await write('.docker/config.json', login('docker'));
    expect(await find('ghcr.io', environment)).toMatchObject({ username: 'docker' });
    await write('other/config.json', login('elsewhere'));
    expect(await find('ghcr.io', { DOCKER_CONFIG: join(home, 'other') })).toMatchObject({ username: 'elsewhere' });
    const REGISTRY_AUTH_FILE = await write('own.json', login('own'));
    expect(await find('ghcr.io', { ...environment, REGISTRY_AUTH_FILE })).toMatchObject({ username: 'own' });
  });

  it('asks the helper of the registry, and then the store', async () => {
    const environment = {
      ...(await helper('one', `cat > ${home}/asked; echo '{"Username":"helped","Secret":"s"}'`)),
      ...(await helper('all', `echo '{"Username":"<token>","Secret":"refresh"}'`)),
    };
    await write('.docker/config.json', { credHelpers: { 'ghcr.io': 'one' }, credsStore: 'all' });
    expect(await find('ghcr.io', environment)).toMatchObject({ username: 'helped', password: 's' });
    expect(await readFile(join(home, 'asked'), 'utf8')).toBe('ghcr.io');
    expect(await find('quay.io', environment)).toMatchObject({ identityToken: 'refresh', password: '' });
  });

  it('goes on if the helper has no login', async () => {
    const environment = await helper('none', "echo 'credentials not found in native keychain'; exit 1");
    await write('.docker/config.json', {
      credsStore: 'none',
      auths: { 'ghcr.io': { auth: auth('bob:x') }, 'quay.io': {} },
    });
    expect(await find('ghcr.io', environment)).toMatchObject({ username: 'bob' });
    expect(await find('quay.io', environment)).toBeUndefined();
  });

  it('says what is wrong with a helper', async () => {
    const environment = {
      ...(await helper('broken', 'echo locked >&2; exit 1')),
      ...(await helper('silent', 'exit 0')),
    };
    for (const [name, why] of [
      ['broken', 'docker-credential-broken of docker failed: locked'],
      ['silent', 'docker-credential-silent of docker did not return a login'],
      ['missing', 'docker-credential-missing of docker is not installed'],
      ['../../bin/sh', 'has an invalid name'],
    ] as const) {
      await write('.docker/config.json', { credsStore: name });
      await expect(find('ghcr.io', environment)).rejects.toMatchObject({
        kind: 'login',
        message: expect.stringContaining(why),
      });
    }
  });

  it('says that a file is not JSON, without its text', async () => {
    const path = await write('.docker/config.json', '{"auths": secret');
    const failing = find('ghcr.io');
    await expect(failing).rejects.toThrow(`The file ${path} with the logins is not JSON`);
    await expect(failing).rejects.not.toThrow('secret');
    await write('.docker/config.json', 'null');
    expect(await find('ghcr.io')).toBeUndefined();
  });
});
