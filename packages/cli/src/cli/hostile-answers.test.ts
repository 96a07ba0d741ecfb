import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { selfSigned } from '../../../../test/support/self-signed.ts';
import {
  blobIn,
  image,
  is,
  layoutFolder,
  pullFrom,
  pushTo,
  registry,
  registryWithImage,
} from '../../test-support/hostile-registry.ts';
import { scriptedServer } from '../../test-support/scripted-server.ts';

const command = fileURLToPath(new URL('../cli.ts', import.meta.url));
const ownCommand = ['--conditions=@coracle/source', '--import', 'tsx', command];

/** Runs the command as a process of its own. `closed` are the outputs that nobody reads. */
async function run(args: readonly string[], closed: readonly ('stdout' | 'stderr')[] = []) {
  const child = spawn(process.execPath, [...ownCommand, ...args]);
  onTestFinished(() => void child.kill('SIGKILL'));
  for (const output of closed) child[output].destroy();
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (text) => (stdout += text));
  child.stderr.on('data', (text) => (stderr += text));
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}

describe('an answer that is not one', () => {
  it('with 101 does not end the process without a word', async () => {
    const raw = 'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n';
    for (const own of [
      await scriptedServer(() => ({ raw })),
      await scriptedServer(registry((asked) => (is('HEAD')(asked) ? { raw } : undefined))),
    ]) {
      const ended = await pushTo(own.host);
      expect(ended).toMatchObject({ code: 1, waits: [] });
      expect(ended.stderr).toContain(`coracle: ${own.host} answered with 101`);
    }
  });

  it('but other bytes is asked for again, and then is a registry that cannot be reached', async () => {
    for (const raw of ['HELLO\r\n\r\n', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`]) {
      const own = await scriptedServer(registry((asked) => (is('POST')(asked) ? { raw } : undefined)));
      const ended = await pushTo(own.host);
      expect(ended.code).toBe(3);
      // Two blobs are sent at the same time.
      expect(ended.waits.length).toBeGreaterThanOrEqual(8);
      expect(ended.stderr).toContain('The registry failed 9 times');
    }
  });

  it('in a blob is asked for again', async () => {
    let isFirst = true;
    const own = await scriptedServer(
      registryWithImage((asked) => {
        if (!is('GET /v2/web/blobs/')(asked) || blobIn(asked.line).length < 100_000 || !isFirst) return undefined;
        isFirst = false;
        return { raw: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnothing\r\n' };
      }),
    );
    expect(await pullFrom(own.host)).toMatchObject({ code: 0, waits: [375], files: ['out.tar'] });
  });

  it('of a server with a wrong certificate says which server it is', async () => {
    const tls = createServer(selfSigned(), (_, response) => response.end());
    await new Promise<void>((resolve) => tls.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void tls.close());
    const host = `127.0.0.1:${(tls.address() as AddressInfo).port}`;
    const headers = { location: `https://${host}/upload` };
    const own = await scriptedServer(registry((asked) => (is('POST')(asked) ? { status: 202, headers } : undefined)));
    const ended = await pushTo(own.host);
    expect(ended).toMatchObject({ code: 3, waits: [] });
    expect(ended.stderr).toContain(`The server ${host} cannot be reached`);
    expect(ended.stderr).toContain('NODE_EXTRA_CA_CERTS');
  });
});

it('a registry that cannot be reached makes the push say that it uses no proxy', async () => {
  const own = await scriptedServer(() => 'cut');
  const ended = await pushTo(own.host, ['--insecure'], { HTTPS_PROXY: 'http://proxy.example.com:3128' });
  expect(ended.code).toBe(3);
  expect(ended.stderr).toContain('This command does not use the proxy that HTTPS_PROXY names');
});

describe('an answer that does not end', () => {
  it('does not keep the process alive after the push', async () => {
    const own = await scriptedServer(
      registry((asked) => (is('PUT /v2/web/manifests')(asked) ? { status: 201, body: 'x', end: 'never' } : undefined)),
    );
    const ended = await run(['push', await layoutFolder(), `${own.host}/web:v1`]);
    expect(ended).toMatchObject({ code: 0, stdout: `${own.host}/web:v1@${image.digest}\n` });
  }, 60_000);

  it('but has all bytes of a blob is a whole blob', async () => {
    const own = await scriptedServer(
      registryWithImage((asked) => {
        if (!is('GET /v2/web/blobs/')(asked)) return undefined;
        if (asked.headers.range !== undefined) return { status: 416 };
        return { status: 200, headers: { 'transfer-encoding': 'chunked' }, body: blobIn(asked.line), end: 'cut' };
      }),
    );
    expect(await pullFrom(own.host)).toMatchObject({ code: 0, waits: [], files: ['out.tar'] });
  });
});

describe('an output that nobody reads', () => {
  it('does not stop a push', async () => {
    const own = await scriptedServer(registry(() => undefined));
    for (const output of ['stdout', 'stderr'] as const) {
      const ended = await run(['push', await layoutFolder(), `${own.host}/web:${output}`], [output]);
      expect(ended.code).toBe(0);
      expect(ended.stderr).not.toContain('EPIPE');
      expect(own.asked.at(-1)?.line).toBe(`PUT /v2/web/manifests/${output}`);
    }
  }, 60_000);
});

describe.skipIf(process.platform !== 'linux')('an output that cannot be written', () => {
  it('ends a push with an error, because nobody has got the digest', async () => {
    const own = await scriptedServer(registry(() => undefined));
    const full = await open('/dev/full', 'w');
    const args = [...ownCommand, 'push', await layoutFolder(), `${own.host}/web:v1`];
    const child = spawn(process.execPath, args, { stdio: ['ignore', full.fd, 'pipe'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    let stderr = '';
    child.stderr?.on('data', (text) => (stderr += text));
    const [code] = await once(child, 'close');
    await full.close();
    expect(code).toBe(1);
    expect(stderr).toContain('coracle: the output cannot be written: ENOSPC');
  }, 60_000);
});

describe('a text of the registry', () => {
  it('is printed without control characters, and cut', async () => {
    const headers = { 'docker-content-digest': `sha256:\u009b31m${'z'.repeat(5000)}` };
    for (const method of ['PUT /v2/web/blobs', 'PUT /v2/web/manifests']) {
      const own = await scriptedServer(registry((asked) => (is(method)(asked) ? { status: 201, headers } : undefined)));
      const { stderr } = await pushTo(own.host);
      expect(stderr).toContain('stored');
      expect(stderr).not.toContain('\u009b');
      expect(stderr.length).toBeLessThan(1500);
    }
  });

  it('is shown at once, whatever it is', async () => {
    const body = '<'.repeat(65_000);
    const own = await scriptedServer(registry((asked) => (is('POST')(asked) ? { status: 400, body } : undefined)));
    const before = process.cpuUsage();
    expect(await pushTo(own.host)).toMatchObject({ code: 1 });
    // A pattern that reads the text again from each character takes ten seconds.
    expect(process.cpuUsage(before).user).toBeLessThan(3_000_000);
  });
});

describe('an error', () => {
  it('with 500 is quoted, because the body has the reason', async () => {
    const errors = [{ code: 'UNKNOWN', message: 'unknown error' }, { message: 'invalid URL on layer' }];
    const own = await scriptedServer(
      registry((asked) =>
        is('PUT /v2/web/manifests')(asked) ? { status: 500, body: JSON.stringify({ errors }) } : undefined,
      ),
    );
    const ended = await pushTo(own.host);
    expect(ended).toMatchObject({ code: 3 });
    expect(ended.stderr).toContain('answered with 500 (UNKNOWN: unknown error; invalid URL on layer)');
  });

  it('whose text never ends is reported without the text', async () => {
    const own = await scriptedServer(
      registry((asked) => (is('POST')(asked) ? { status: 400, body: '<', end: 'never' } : undefined)),
    );
    expect(await pushTo(own.host)).toMatchObject({ code: 1, waits: [] });
  }, 30_000);
});

describe('a manifest', () => {
  it('whose media type says nothing has its own media type', async () => {
    for (const type of ['application/octet-stream', 'application/json; charset=utf-8', undefined]) {
      const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type };
      const own = await scriptedServer(
        registryWithImage((asked) =>
          is('GET /v2/web/manifests')(asked) ? { status: 200, headers, body: image.manifest } : undefined,
        ),
      );
      expect(await pullFrom(own.host)).toMatchObject({ code: 0, files: ['out.tar'] });
    }
  });

  it.each([
    ['<html>', 'gave a manifest that is not valid'],
    ['{"schemaVersion":2,"layers":[]}', 'gave a manifest that is not valid'],
    [
      '{"schemaVersion":2,"config":{"mediaType":"x","digest":"md6:aa","size":1},"layers":[]}',
      'the digest md6:aa is neither sha256 nor sha512',
    ],
  ])('that is wrong is refused: %s', async (body, why) => {
    const headers = { 'content-type': 'application/vnd.oci.image.manifest.v1+json' };
    const own = await scriptedServer(
      registryWithImage((asked) => (is('GET /v2/web/manifests')(asked) ? { status: 200, headers, body } : undefined)),
    );
    const ended = await pullFrom(own.host);
    expect(ended).toMatchObject({ code: 1, files: [], waits: [] });
    expect(ended.stderr).toContain(why);
  });
});
