import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { buildCoracleImage, Container, type CoracleImage } from '../support/coracle-image.ts';
import { buildah, describeWith, skopeo, type Tool } from '../support/describe-with.ts';
import { Skopeo } from '../support/skopeo.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** A process 1 in the files of an image needs rights that a sandbox may not grant. */
const unshare: Tool = {
  name: 'unshare',
  probe: ['unshare', '--pid', '--fork', 'chroot', '--userspec=1:1', '/', 'true'],
};

let image: Promise<CoracleImage> | undefined;
let removeFolder = async (): Promise<void> => undefined;

/** The image, which is built by the first test that wants it. */
function built(): Promise<CoracleImage> {
  image ??= temporaryFolder().then(({ path, remove }) => {
    removeFolder = remove;
    return buildCoracleImage(path);
  });
  return image;
}

afterAll(() => removeFolder());

describe('the image of the command', { timeout: 300_000 }, () => {
  describeWith([buildah], 'is built from the Dockerfile', () => {
    it('without a registry, for a user who is not root, with a volume and a health check', async () => {
      const { config } = await built();
      expect(config.User).toBe('1000:1000');
      expect(Object.keys(config.Volumes)).toEqual(['/var/lib/coracle']);
      expect(config.Env).toEqual(expect.arrayContaining(['CORACLE_HOST=0.0.0.0', 'CORACLE_DATA=/var/lib/coracle']));
      expect(config.Healthcheck.Test[0]).toBe('CMD');
      expect(config.Cmd).toEqual(['serve']);
    });
  });

  describeWith([buildah, skopeo, unshare], 'runs as process 1', () => {
    it('becomes healthy, takes itself as a push, stops at SIGTERM, and has everything at the next start', async () => {
      const { config, reference, unpack } = await built();
      const folder = await unpack();
      const logins = await temporaryFolder();
      onTestFinished(logins.remove);
      const client = new Skopeo(logins.path);
      const start = async () => {
        const variables = { CORACLE_PORT: '0', CORACLE_LOG: 'json', CORACLE_CREATE_ON_PUSH: 'true' };
        const container = new Container(folder, config, variables);
        onTestFinished(() => container.kill());
        const port = await container.printed(/"url":"http:\/\/localhost:(\d+)"/);
        return { container, port, pushed: `docker://localhost:${port}/coracle:itself` };
      };

      const first = await start();
      const status = readFileSync(`/proc/${first.container.pid}/status`, 'utf8');
      expect(status).toMatch(/^NSpid:\t\d+\t1$/m);
      expect(status).toMatch(/^Uid:\t1000\t1000\t/m);
      expect(await first.container.checkHealth({ CORACLE_PORT: first.port })).toMatchObject({ code: 0, stderr: '' });
      await client.output('copy', reference, first.pushed);
      expect(first.container.log).toContain('"path":"/v2/coracle/manifests/itself"');
      expect(await first.container.stop('SIGTERM')).toBe(0);
      expect(first.container.log).toMatch(/"event":"stopped"\}$/);
      expect(first.container.log).not.toContain('healthz');
      expect((await first.container.checkHealth({ CORACLE_PORT: first.port })).code).toBe(1);

      const second = await start();
      const inspected = JSON.parse(await client.output('inspect', '--config', second.pushed)) as {
        config: { Entrypoint: string[] };
      };
      expect(inspected.config.Entrypoint).toEqual(config.Entrypoint);
      expect(await second.container.stop('SIGTERM')).toBe(0);
    });
  });
});
