import { describe, expect, it } from 'vitest';
import { readCommand, UsageError } from './arguments.ts';

const serve = { name: 'serve', port: 4747, host: '127.0.0.1', quiet: false, data: undefined, registry: {}, server: {} };

describe('readCommand', () => {
  it.each([
    ['help', []],
    ['help', ['--help']],
    ['help', ['-h']],
    ['help', ['serve', '--help']],
    ['version', ['--version']],
  ])('understands %s from %j', (name, args) => {
    expect(readCommand(args, {})).toEqual({ name });
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
    expect(readCommand(args, {})).toEqual({
      name: 'serve',
      port: 0,
      host: '::1',
      quiet: true,
      data: 'some/where',
      registry: {
        endpoint: 'https://registry.test',
        accountId: '210987654321',
        region: 'eu-west-1',
        registryAlias: 'coracle',
        createOnPush: true,
        cors: { origins: ['http://localhost:5173', 'https://app.example.com'] },
        maxBufferedBytes: 64 * 1024 * 1024,
      },
      server: {
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
    expect(command).toMatchObject({ registry: { cors: { origins: '*' } }, server: { allowHosts: ['*'] } });
  });

  it('honours PORT and CORACLE_HOST, and flags before them', () => {
    const environment = { PORT: '8080', CORACLE_HOST: '0.0.0.0' };
    expect(readCommand(['serve'], environment)).toEqual({ ...serve, port: 8080, host: '0.0.0.0' });
    expect(readCommand(['serve', '--port', '9090', '--host', 'localhost'], environment)).toEqual({
      ...serve,
      port: 9090,
      host: 'localhost',
    });
  });

  it('takes an empty PORT or CORACLE_HOST for none', () => {
    expect(readCommand(['serve'], { PORT: '', CORACLE_HOST: '' })).toEqual(serve);
  });

  it.each([
    [['sevre'], "there is no command 'sevre', only 'serve'"],
    [['--quiet'], "a command is missing: write 'coracle serve'"],
    [['serve', 'here'], "'here' is one word too many after 'serve'"],
    [['serve', '--prot', '80'], 'there is no option --prot'],
    [['serve', '-p', '80'], 'there is no option -p'],
    [['serve', '--port'], '--port needs a value'],
    [['serve', '--port='], '--port needs a value'],
    [['serve', '--data', ''], '--data needs a value'],
    [['serve', '--port', '--quiet'], '--port needs a value'],
    [['serve', '--quiet=yes'], '--quiet takes no value'],
    [['serve', '--port', 'http'], "--port must be a number from 0 to 65535, not 'http'"],
    [['serve', '--port', '65536'], "--port must be a number from 0 to 65535, not '65536'"],
    [['serve', '--account-id', '12'], "--account-id must be 12 digits, not '12'"],
    [['serve', '--region', 'moon'], "--region must be an AWS region such as us-east-1, not 'moon'"],
    [
      ['serve', '--allow-host', 'http://a.example'],
      "--allow-host must be a name such as registry.example.com, *.example.com or *, not 'http://a.example'",
    ],
    [
      ['serve', '--cors-origin', 'http://localhost:5173/'],
      "--cors-origin must hold origins such as 'https://app.example.com', without a path and without a slash at the end; " +
        "'http://localhost:5173/' is none",
    ],
    [['serve', '--max-connections', '0'], "--max-connections must be a whole number above 0, not '0'"],
    [['serve', '--max-buffered-bytes', '1MB'], "--max-buffered-bytes must be a size such as 256MiB, not '1MB'"],
    [['serve', '--collect-every', 'daily'], "--collect-every must be a duration such as 30m, 1h or 0, not 'daily'"],
    [['serve', '--endpoint', 'here'], "--endpoint must be an http or https URL, not 'here'"],
  ])('refuses %j in one sentence', (args, sentence) => {
    expect(() => readCommand(args, {})).toThrow(new UsageError(sentence));
  });

  it('refuses an alias that the service would not give', () => {
    expect(() => readCommand(['serve', '--alias', 'X'], {})).toThrow(/^--alias must be .*, not 'X'$/);
  });

  it('says that the environment is wrong where it is', () => {
    expect(() => readCommand(['serve'], { PORT: 'x' })).toThrow("PORT must be a number from 0 to 65535, not 'x'");
  });
});
