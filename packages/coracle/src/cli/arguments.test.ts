import { describe, expect, it } from 'vitest';
import { readCommand, UsageError } from './arguments.ts';

const serve = { name: 'serve', port: 4747, host: '127.0.0.1', quiet: false, data: undefined, registry: {} };

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
      ...['--data', 'some/where'],
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
      },
    });
  });

  it('honours PORT and HOST, and flags before them', () => {
    const environment = { PORT: '8080', HOST: '0.0.0.0' };
    expect(readCommand(['serve'], environment)).toEqual({ ...serve, port: 8080, host: '0.0.0.0' });
    expect(readCommand(['serve', '--port', '9090', '--host', 'localhost'], environment)).toEqual({
      ...serve,
      port: 9090,
      host: 'localhost',
    });
  });

  it('takes an empty PORT or HOST for none', () => {
    expect(readCommand(['serve'], { PORT: '', HOST: '' })).toEqual(serve);
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
