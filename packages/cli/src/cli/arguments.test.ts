import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { selfSigned } from '../../../../test/support/self-signed.ts';
import { temporaryFolder } from '../../../../test/support/temporary-folder.ts';
import { readCommand } from './arguments.ts';
import { flags, variableOf } from './flags.ts';
import { UsageError } from './usage-error.ts';

const { path: folder, remove } = await temporaryFolder();
afterAll(remove);

function fileWith(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** The names of files with a certificate, its key, and the key of another. */
const { cert, key } = selfSigned();
const certificate = {
  cert: fileWith('cert.pem', cert),
  key: fileWith('key.pem', key),
  otherKey: fileWith('other-key.pem', selfSigned().key),
};

const serve = { name: 'serve', options: {}, log: 'text', quiet: false, warnings: [] };

describe('readCommand', () => {
  it.each([
    [undefined, []],
    [undefined, ['--help']],
    [undefined, ['-h']],
    [undefined, ['help']],
    ['serve', ['help', 'serve']],
    ['serve', ['serve', '--help']],
    ['serve', ['serve', '--port', '80', '-h']],
    ['help', ['help', '--help']],
    ['help', ['help', 'help']],
  ])('helps about %s at %j', (about, args) => {
    expect(readCommand(args, {})).toEqual({ name: 'help', about });
  });

  it.each([[['--version']], [['-v']], [['serve', '--version']]])('tells the version at %j', (args) => {
    expect(readCommand(args, {})).toEqual({ name: 'version' });
  });

  it('serves by default on 127.0.0.1:4747', () => {
    expect(readCommand(['serve'], {})).toEqual(serve);
  });

  it('takes every option of serve', () => {
    const args = [
      ...['serve', '--port', '0', '--host=::1', '--endpoint', 'https://registry.test', '--account-id', '210987654321'],
      ...['--region', 'eu-west-1', '--alias', 'coracle', '--create-on-push', '--quiet'],
      ...['--data', 'some/where', '--allow-host', 'registry.example.com', '--allow-host=*.example.org'],
      ...['--cors-origin', 'http://localhost:5173', '--cors-origin', 'https://app.example.com'],
      ...[
        '--max-connections',
        '100',
        '--max-buffered-bytes',
        '64MiB',
        '--collect-every',
        '30m',
        '--collect-grace',
        '0',
      ],
    ];
    expect(readCommand([...args, '--quirks', 'aws', '--log', 'json'], {})).toEqual({
      ...serve,
      log: 'json',
      quiet: true,
      options: {
        port: 0,
        host: '::1',
        data: 'some/where',
        endpoint: 'https://registry.test',
        accountId: '210987654321',
        region: 'eu-west-1',
        registryAlias: 'coracle',
        createOnPush: true,
        quirks: 'aws',
        cors: { origins: ['http://localhost:5173', 'https://app.example.com'] },
        maxBufferedBytes: 64 * 1024 * 1024,
        allowHosts: ['registry.example.com', '*.example.org'],
        maxConnections: 100,
        collect: { every: 1_800_000, grace: 0 },
      },
    });
  });

  it('leaves HOST alone, which is not set for it', () => {
    expect(readCommand(['serve'], { HOST: '0.0.0.0' })).toEqual(serve);
  });

  it('lets pages of every origin in, and answers for every host, if it is told so by a star', () => {
    const command = readCommand(['serve', '--cors-origin', '*', '--allow-host', '*'], {});
    expect(command).toMatchObject({ options: { cors: { origins: '*' }, allowHosts: ['*'] } });
  });

  it('honours PORT, CORACLE_PORT before it, and flags before both', () => {
    const environment = { PORT: '8080', CORACLE_HOST: '0.0.0.0' };
    const at = (port: number, host: string) => ({ ...serve, options: { port, host } });
    expect(readCommand(['serve'], environment)).toEqual(at(8080, '0.0.0.0'));
    expect(readCommand(['serve'], { ...environment, CORACLE_PORT: '1' })).toEqual(at(1, '0.0.0.0'));
    expect(readCommand(['serve', '--port', '9090', '--host', 'localhost'], environment)).toEqual(at(9090, 'localhost'));
  });

  it('does not read a variable that a flag replaces', () => {
    const environment = { CORACLE_PORT: 'x', CORACLE_ALLOW_HOST: 'a b' };
    expect(readCommand(['serve', '--port', '1', '--allow-host', 'c'], environment)).toMatchObject({
      options: { port: 1, allowHosts: ['c'] },
    });
  });

  it('refuses to close access if the environment has no credentials, or half of them', () => {
    const read = (environment: Record<string, string>) => () =>
      readCommand(['serve', '--access', 'closed'], environment);
    expect(read({ USERNAME: 'root', PASSWORD: 'x' })).toThrow(
      'Access is closed, and no setting lets anyone in: set CORACLE_USERNAME and CORACLE_PASSWORD, or',
    );
    expect(read({ CORACLE_USERNAME: 'alice' })).toThrow('CORACLE_PASSWORD is missing');
    expect(read({ CORACLE_JWT_REGISTRY_TOKENS_PUBLIC_KEY: 'x' })).toThrow(
      'CORACLE_JWT_REGISTRY_TOKENS_PUBLIC_KEY must be',
    );
    expect(read({ CORACLE_USERNAME: 'a:b', CORACLE_PASSWORD: 'x' })).toThrow('CORACLE_USERNAME must be a text');
    expect(read({ CORACLE_ANONYMOUS_PULL: 'true', CORACLE_TOKEN_SECRET: 'short' })).toThrow(
      'CORACLE_TOKEN_SECRET must have at least 32 characters',
    );
  });

  it('hints at a misspelt variable, if access cannot be closed', () => {
    const read = (environment: Record<string, string>) => () =>
      readCommand(['serve', '--access', 'closed'], { ...environment, CORACLE_ELSEWHERE: 'x' });
    expect(read({ CORACLE_USERNAM: 'alice', CORACLE_PASSWORD: 'x' })).toThrow(
      new UsageError(
        'CORACLE_USERNAME is missing: CORACLE_PASSWORD is set, and needs it; ' +
          'the variable CORACLE_USERNAM is ignored, because coracle has no such setting; did you mean CORACLE_USERNAME?',
      ),
    );
    expect(read({ CORACLE_ANONYMUS_PULL: '1' })).toThrow(/; did you mean CORACLE_ANONYMOUS_PULL\?$/);
    expect(read({ CORACLE_PROT: '1' })).not.toThrow(/PROT/);
  });

  it('warns of credentials that have no effect, because access is open', () => {
    const environment = { CORACLE_USERNAME: 'alice', CORACLE_PASSWORD: 'open sesame' };
    expect(readCommand(['serve'], environment)).toMatchObject({
      warnings: [
        'the variable CORACLE_USERNAME is ignored, because access is open: add --access closed',
        'the variable CORACLE_PASSWORD is ignored, because access is open: add --access closed',
      ],
    });
    expect(readCommand(['serve', '--access', 'closed'], environment)).toMatchObject({ warnings: [] });
  });

  it('has a variable for every flag', () => {
    const given: Record<string, string> = { switch: 'true', list: 'a.example, *.b.example' };
    const values: Record<string, string> = {
      port: '80',
      endpoint: 'https://registry.test',
      'account-id': '210987654321',
      region: 'eu-west-1',
      alias: 'coracle',
      quirks: 'aws',
      'cors-origin': 'https://a.example,https://b.example',
      'max-connections': '5',
      'max-buffered-bytes': '1MiB',
      'collect-every': '1m',
      'collect-grace': '2m',
      log: 'json',
      access: 'closed',
      'tls-cert': certificate.cert,
      'tls-key': certificate.key,
    };
    const environment = Object.fromEntries(
      flags.map((flag) => [variableOf(flag), values[flag.name] ?? given[flag.kind] ?? flag.name]),
    );
    const credentials = { CORACLE_USERNAME: 'alice', CORACLE_PASSWORD: 'open sesame' };
    expect(readCommand(['serve'], { ...environment, ...credentials })).toEqual({
      ...serve,
      log: 'json',
      quiet: true,
      options: {
        access: { users: [{ name: 'alice', password: 'open sesame', rights: ['pull', 'push'] }] },
        port: 80,
        host: 'host',
        data: 'data',
        tls: { cert: expect.stringContaining('CERTIFICATE'), key: expect.stringContaining('PRIVATE KEY') },
        endpoint: 'https://registry.test',
        accountId: '210987654321',
        region: 'eu-west-1',
        registryAlias: 'coracle',
        createOnPush: true,
        quirks: 'aws',
        allowHosts: ['a.example', '*.b.example'],
        cors: { origins: ['https://a.example', 'https://b.example'] },
        maxConnections: 5,
        maxBufferedBytes: 1024 * 1024,
        collect: { every: 60_000, grace: 120_000 },
      },
    });
  });

  it.each([
    ['1', true],
    ['TRUE', true],
    ['on', true],
    ['yes', true],
    ['0', false],
    ['false', false],
    ['off', false],
    ['no', false],
  ])('takes CORACLE_CREATE_ON_PUSH=%s for %s', (text, isOn) => {
    const command = readCommand(['serve'], { CORACLE_CREATE_ON_PUSH: text });
    expect(command).toEqual({ ...serve, options: { createOnPush: isOn } });
    expect(readCommand(['serve', '--create-on-push'], { CORACLE_CREATE_ON_PUSH: text })).toMatchObject({
      options: { createOnPush: true },
    });
  });

  it('warns of variables that it does not know, and starts', () => {
    const environment = {
      CORACLE_PROT: '80',
      CORACLE_ELSEWHERE: 'x',
      CORACLE_USERNAM: 'a',
      CORACLE_REGION: 'us-east-1',
      PATH: '/bin',
    };
    expect(readCommand(['serve'], environment)).toMatchObject({
      options: { region: 'us-east-1' },
      warnings: [
        'the variable CORACLE_PROT is ignored, because coracle has no such setting; did you mean CORACLE_PORT?',
        'the variable CORACLE_ELSEWHERE is ignored, because coracle has no such setting',
        'the variable CORACLE_USERNAM is ignored, because coracle has no such setting; did you mean CORACLE_USERNAME?',
      ],
    });
  });

  it('takes an empty PORT or CORACLE_HOST for none', () => {
    expect(readCommand(['serve'], { PORT: '', CORACLE_HOST: '' })).toEqual(serve);
  });

  it.each([
    [['sevre'], "there is no command 'sevre'; did you mean 'serve'?"],
    [['version'], "there is no command 'version'; did you mean '--version'?"],
    [['run'], "there is no command 'run', only serve, push, pull and help"],
    [['help', 'sreve'], "there is no command 'sreve'; did you mean 'serve'?"],
    [['help', 'serve', 'now'], "'coracle help serve' takes no further arguments: remove 'now'"],
    [['--quiet'], "a command is missing: write 'coracle serve', 'coracle push' or 'coracle pull'"],
    [['serve', 'here'], "'coracle serve' takes no further arguments: remove 'here'"],
    [['serve', '--prot', '80'], 'there is no option --prot; did you mean --port?'],
    [['serve', '--tls', 'a'], 'there is no option --tls; did you mean --tls-cert?'],
    [['serve', '--verbose'], 'there is no option --verbose'],
    [['serve', '-p', '80'], 'there is no option -p; options have long names, such as --port'],
    [['serve', '--foo'], 'there is no option --foo'],
    [['serve', '4800'], "'coracle serve' takes no further arguments: for a port, write --port 4800"],
    [['serve', '--port'], '--port needs a value: write it after --port'],
    [['serve', '--port='], '--port needs a value: write it after --port'],
    [['serve', '--data', ''], '--data needs a value: write it after --data'],
    [['serve', '--port', '--quiet'], '--port needs a value: write it after --port'],
    [['serve', '--quiet=yes'], "--quiet takes no value: remove 'yes'"],
    [['serve', '--port', 'http'], "--port must be a number from 0 to 65535, not 'http'"],
    [['serve', '--port', '65536'], "--port must be a number from 0 to 65535, not '65536'"],
    [['serve', '--account-id', '12'], "--account-id must be 12 digits, not '12'"],
    [['serve', '--region', 'moon'], "--region must be an AWS region such as us-east-1, not 'moon'"],
    [
      ['serve', '--allow-host', 'http://a.example'],
      "--allow-host must hold names such as registry.example.com, *.example.com or *, not 'http://a.example'",
    ],
    [
      ['serve', '--cors-origin', 'http://localhost:5173/'],
      "--cors-origin must hold origins such as 'https://app.example.com', without a path and without a slash at the end; " +
        "'http://localhost:5173/' is not an origin",
    ],
    [['serve', '--max-connections', '0'], "--max-connections must be a whole number above 0, not '0'"],
    [['serve', '--max-buffered-bytes', '1TB'], "--max-buffered-bytes must be a size such as 256MiB, not '1TB'"],
    [['serve', '--collect-every', 'daily'], "--collect-every must be a duration such as 30m, 1h or 0, not 'daily'"],
    [['serve', '--quirks', 'gcp'], "--quirks must be aws, not 'gcp'"],
    [['serve', '--log', 'xml'], "--log must be text or json, not 'xml'"],
    [
      ['serve', '--tls-cert', 'no/such.pem'],
      "--tls-cert must be the path of a readable file, not 'no/such.pem', which does not exist",
    ],
    [['serve', '--tls-cert', certificate.cert], '--tls-key is missing, and --tls-cert needs it: give both'],
    [['serve', '--tls-key', certificate.key], '--tls-cert is missing, and --tls-key needs it: give both'],
    [
      ['serve', '--tls-cert', certificate.cert, '--tls-key', certificate.otherKey],
      '--tls-key is not the private key of --tls-cert: give the two that belong together',
    ],
    [['serve', '--endpoint', 'here'], "--endpoint must be an http or https URL, not 'here'"],
  ])('refuses %j in one sentence', (args, sentence) => {
    expect(() => readCommand(args, {})).toThrow(new UsageError(sentence));
  });

  it('refuses an alias that the service would not give', () => {
    expect(() => readCommand(['serve', '--alias', 'X'], {})).toThrow(/^--alias must be .*, not 'X'$/);
  });

  it.each([
    [{ PORT: 'x' }, "PORT must be a number from 0 to 65535, not 'x'"],
    [{ CORACLE_PORT: '65536' }, "CORACLE_PORT must be a number from 0 to 65535, not '65536'"],
    [{ CORACLE_ACCOUNT_ID: '12' }, "CORACLE_ACCOUNT_ID must be 12 digits, not '12'"],
    [{ CORACLE_QUIET: 'maybe' }, "CORACLE_QUIET must be true or false, not 'maybe'"],
    [
      { CORACLE_ALLOW_HOST: 'a,b c' },
      "CORACLE_ALLOW_HOST must hold names such as registry.example.com, *.example.com or *, not 'b c'",
    ],
    [{ CORACLE_TLS_KEY: certificate.key }, '--tls-cert is missing, and CORACLE_TLS_KEY needs it: give both'],
    [
      { CORACLE_TLS_KEY: 'none' },
      "CORACLE_TLS_KEY must be the path of a readable file, not 'none', which does not exist",
    ],
  ])('names the variable if the environment is wrong: %j', (environment, sentence) => {
    expect(() => readCommand(['serve'], environment)).toThrow(new UsageError(sentence));
  });
});
