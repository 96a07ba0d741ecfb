import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { selfSigned } from '../../../test/support/self-signed.ts';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { serve } from './index.ts';

const command = fileURLToPath(new URL('cli.ts', import.meta.url));

/** The command as a process of its own, on its sources. */
class Running {
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown[]>;
  stdout = '';
  stderr = '';

  constructor(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    const inherited = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => name !== 'PORT' && !name.startsWith('CORACLE_')),
    );
    this.#child = spawn(process.execPath, ['--conditions=@coracle/source', '--import', 'tsx', command, ...args], {
      env: { ...inherited, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#closed = once(this.#child, 'close');
    this.#child.stdout?.on('data', (text) => (this.stdout += text));
    this.#child.stderr?.on('data', (text) => (this.stderr += text));
    onTestFinished(() => void this.#child.kill('SIGKILL'));
  }

  /** Waits until its output has a text, and gives what the pattern finds there. */
  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.stdout);
      if (found) return found;
      if (this.#child.exitCode !== null || this.#child.signalCode !== null)
        throw new Error(`It ended without ${pattern}:\n${this.stdout}${this.stderr}`);
      await Promise.race([once(this.#child.stdout ?? this.#child, 'data'), this.#closed]);
    }
  }

  /** Waits for the whole first screen, and gives the address in it. */
  async url(): Promise<string> {
    const [, url = ''] = await this.printed(/ at (https?:\S+).*Ctrl-C stops it\.\n/s);
    return url;
  }

  signal(signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL'): void {
    this.#child.kill(signal);
  }

  /** Nobody reads along any more. */
  stopReading(): void {
    this.#child.stdout?.destroy();
  }

  async exitCode(): Promise<number | null> {
    await this.#closed;
    return this.#child.exitCode;
  }
}

/** A server in the middle of a request: half of a blob is there. */
async function inTheMiddle(): Promise<{ running: Running; upload: ClientRequest }> {
  const running = new Running(['serve', '--port', '0', '--create-on-push']);
  const url = await running.url();
  const start = await fetch(`${url}/v2/web/blobs/uploads/`, { method: 'POST' });
  const location = new URL(start.headers.get('location') ?? '', url);
  const upload = httpRequest(location, { method: 'PATCH', headers: { 'content-length': 8, expect: '100-continue' } });
  // The server says Continue once the request is under way.
  await once(upload.flushHeaders() ?? upload, 'continue');
  upload.write('half');
  return { running, upload };
}

describe('coracle serve', { timeout: 60_000 }, () => {
  it('says where it is, serves, logs each request, and stops at Ctrl-C', async () => {
    const running = new Running(['serve', '--port', '0']);
    const url = await running.url();
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'x-amz-target': 'SpencerFrontendService.CreateRepository' },
      body: '{"repositoryName":"hello"}',
    });
    const { repository } = (await response.json()) as { repository: { repositoryUri: string } };
    expect(running.stdout).toContain(`docker push ${repository.repositoryUri}:latest`);
    await running.printed(/^\d\d:\d\d:\d\d POST \/ ecr-public:CreateRepository 200 [\d.]+ms in=\d+ out=\d+$/m);
    running.signal('SIGINT');
    expect(await running.exitCode()).toBe(0);
    expect(running.stdout).toMatch(/\nStopped\.\n$/);
    expect(running.stderr).toBe('');
  });

  it('honours PORT and CORACLE_HOST, and is quiet where it is told to', async () => {
    const running = new Running(['serve', '--quiet'], { PORT: '0', CORACLE_HOST: 'localhost' });
    const url = await running.url();
    expect(url).toMatch(/^http:\/\/localhost:\d+$/);
    expect((await fetch(`${url}/v2/`)).headers.get('docker-distribution-api-version')).toBe('registry/2.0');
    running.signal('SIGTERM');
    expect(await running.exitCode()).toBe(0);
    expect(running.stdout).not.toContain(' GET ');
  });

  it('warns if others reach it, also if it is quiet, and does not leave the loopback address for HOST', async () => {
    const open = new Running(['serve', '--quiet', '--port', '0', '--host', '0.0.0.0']);
    const { port } = new URL(await open.url());
    open.signal('SIGTERM');
    expect(await open.exitCode()).toBe(0);
    expect(open.stderr).toBe(
      `coracle: access is open, so anyone who reaches 0.0.0.0:${port} can read, push and delete everything.\n`,
    );

    const own = new Running(['serve', '--port', '0'], { HOST: '0.0.0.0' });
    expect(await own.url()).toMatch(/^http:\/\/127\.0\.0\.1:/);
    own.signal('SIGTERM');
    expect(await own.exitCode()).toBe(0);
    expect(own.stderr).toBe('');
  });

  it('keeps in the folder that it is given what it has answered, even if it is killed', async () => {
    const { path, remove } = await temporaryFolder();
    onTestFinished(remove);
    const data = join(path, 'data');
    const args = ['serve', '--port', '0', '--create-on-push', '--data', data];
    const running = new Running(args);
    const upload = (url: string) =>
      fetch(`${url}/v2/web/blobs/uploads/?digest=${digest}`, { method: 'POST', body: 'kept' });
    const digest = `sha256:${createHash('sha256').update('kept').digest('hex')}`;
    expect((await upload(await running.url())).status).toBe(201);
    expect(running.stdout).toContain(`Everything is kept in ${data} and is there again at the next start.`);

    const second = new Running(args);
    expect(await second.exitCode()).toBe(1);
    expect(second.stderr).toMatch(
      /^coracle: .* is in use by process \d+: stop that one, or choose another folder\.\n$/,
    );

    running.signal('SIGKILL');
    await running.exitCode();
    const again = new Running(args);
    expect(await (await fetch(`${await again.url()}/v2/web/blobs/${digest}`)).text()).toBe('kept');
    again.signal('SIGTERM');
    expect(await again.exitCode()).toBe(0);
  });

  it('lets a request under way finish', async () => {
    const { running, upload } = await inTheMiddle();
    running.signal('SIGTERM');
    await running.printed(/Requests in progress \(1\) get 5 seconds to finish\./);
    upload.end('half');
    const [response] = (await once(upload, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(202);
    expect(await running.exitCode()).toBe(0);
  });

  it('ends at once at a second Ctrl-C', async () => {
    const { running, upload } = await inTheMiddle();
    upload.on('error', () => undefined);
    running.signal('SIGTERM');
    await running.printed(/Ctrl-C again ends the server at once\./);
    running.signal('SIGINT');
    expect(await running.exitCode()).toBe(130);
  });

  it('ends at once at a second signal', async () => {
    const { running, upload } = await inTheMiddle();
    upload.on('error', () => undefined);
    running.signal('SIGINT');
    await running.printed(/Ctrl-C again ends the server at once\./);
    running.signal('SIGTERM');
    expect(await running.exitCode()).toBe(143);
  });

  it('takes the twin of a Ctrl-C, which npm sends, for the same key', async () => {
    const { running, upload } = await inTheMiddle();
    running.signal('SIGINT');
    running.signal('SIGINT');
    await running.printed(/Requests in progress \(1\)/);
    upload.end('half');
    expect(await running.exitCode()).toBe(0);
  });

  it('speaks HTTPS with the certificate of a file, and logs one JSON object a line', async () => {
    const { path, remove } = await temporaryFolder();
    onTestFinished(remove);
    const { cert, key } = selfSigned();
    const [certFile, keyFile] = [join(path, 'cert.pem'), join(path, 'key.pem')];
    writeFileSync(certFile, cert);
    writeFileSync(keyFile, key);
    const running = new Running(['serve', '--port', '0', '--host', 'localhost', '--log', 'json'], {
      CORACLE_TLS_CERT: certFile,
      CORACLE_TLS_KEY: keyFile,
      CORACLE_PROT: '1',
    });
    const [, url = ''] = await running.printed(/"url":"(https:[^"]+)"/);
    const request = httpsRequest(`${url}/v2/?password=SECRET`, { ca: cert, agent: false }).end();
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    expect(response.resume().statusCode).toBe(401);
    await running.printed(/"event":"request"/);
    running.signal('SIGTERM');
    expect(await running.exitCode()).toBe(0);
    const records = running.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(records.map(({ event }) => event)).toEqual(['serving', 'request', 'stopping', 'stopped']);
    expect(records[1]).toMatchObject({ method: 'GET', path: '/v2/?password=...', operation: null, status: 401 });
    expect(running.stderr).toBe(
      'coracle: the variable CORACLE_PROT is ignored, because coracle has no such setting; did you mean CORACLE_PORT?\n',
    );
  });

  it('serves on where nobody reads what it says', async () => {
    const running = new Running(['serve', '--port', '0']);
    const url = await running.url();
    running.stopReading();
    for (let n = 0; n < 3; n++) expect((await fetch(url)).status).toBe(200);
    running.signal('SIGTERM');
    expect(await running.exitCode()).toBe(0);
  });

  it('says in a sentence that the port is in use', async () => {
    const other = await serve({ port: 0 });
    onTestFinished(() => other.close());
    const { host, port } = new URL(other.url);
    const running = new Running(['serve', '--port', port]);
    expect(await running.exitCode()).toBe(1);
    expect(running.stderr).toBe(
      `coracle: ${host} is in use by another process: stop that one, or choose another port with --port.\n`,
    );
  });
});

describe('coracle', { timeout: 60_000 }, () => {
  it('refuses what it does not know in a sentence', async () => {
    const running = new Running(['serve', '--prot', '80']);
    expect(await running.exitCode()).toBe(2);
    expect(running.stderr).toBe('coracle: there is no option --prot; did you mean --port? (see coracle help serve)\n');
    expect(running.stdout).toBe('');
    const command = new Running(['pusj']);
    expect(await command.exitCode()).toBe(2);
    expect(command.stderr).toBe("coracle: there is no command 'pusj'; did you mean 'push'? (see coracle help)\n");
  });

  it('helps, about itself and about a command', async () => {
    const [all, serve] = [new Running(['help']), new Running(['serve', '--help'])];
    expect([await all.exitCode(), await serve.exitCode()]).toEqual([0, 0]);
    expect(all.stdout).toContain('coracle serve [options]');
    expect(serve.stdout).toContain('--create-on-push');
  });

  it('tells its version', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
      version: string;
    };
    const running = new Running(['--version']);
    expect(await running.exitCode()).toBe(0);
    expect(running.stdout).toBe(`${version}\n`);
  });
});
