import { join } from 'node:path';
import { serve } from '@coracle/cli';
import { type BuiltImage, buildImage, createRegistry } from '@coracle/registry';
import { expect, test } from 'vitest';
import { ClientProgram } from '../support/client-program.ts';
import {
  describeWith,
  docker as dockerTool,
  podman as podmanTool,
  skopeo as skopeoTool,
} from '../support/describe-with.ts';
import { writeDockerArchive } from '../support/docker-archive.ts';
import { startDockerEngine } from '../support/docker-engine.ts';
import { writeOciLayout } from '../support/oci-layout.ts';
import { Skopeo } from '../support/skopeo.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Clients push to and pull from a registry whose storage lags: one place has not seen the writes of another yet. */

const image = await buildImage({ layers: ['one', 'two'] });

const isUpload = ({ method, url }: Request) => method === 'PATCH' && url.includes('/uploads/');
const isCompletion = ({ method, url }: Request) => method === 'PUT' && url.includes('/uploads/');
const isManifest = ({ method, url }: Request) => method === 'PUT' && url.includes('/manifests/');
const unseen = {
  upload: { of: isUpload, status: 404, code: 'BLOB_UPLOAD_UNKNOWN' },
  'upload at its end': { of: isCompletion, status: 404, code: 'BLOB_UPLOAD_UNKNOWN' },
  part: { of: isCompletion, status: 400, code: 'DIGEST_INVALID' },
  layer: { of: isManifest, status: 400, code: 'MANIFEST_BLOB_UNKNOWN' },
} as const;
type Unseen = keyof typeof unseen;

/** Pushes by a client to a registry that answers one request so, and the next one rightly. */
async function push(what: Unseen, client: (host: string, folder: string, image: BuiltImage) => Promise<unknown>) {
  const registry = createRegistry({ createOnPush: true });
  const { of, status, code } = unseen[what];
  let met = false;
  const fetch = async (request: Request): Promise<Response> => {
    if (met || !of(request)) return registry.fetch(request);
    met = true;
    await request.arrayBuffer();
    return Response.json({ errors: [{ code, message: 'not seen yet' }] }, { status });
  };
  const folder = await temporaryFolder();
  const server = await serve({ port: 0, registry: { ...registry, fetch } });
  try {
    await client(new URL(server.url).host, folder.path, image);
    expect(met).toBe(true);
    const { repositories } = await registry.ecr.describeRepositories();
    expect(repositories).toHaveLength(1);
    const at = await registry.distribution.locate('127.0.0.1', 'team/web');
    return (await registry.distribution.getTags(at)).tags;
  } finally {
    await server.close({ within: 0 });
    await folder.remove();
  }
}

describeWith([dockerTool], 'a docker engine', () => {
  const run = (host: string, folder: string, of: BuiltImage) => {
    const name = `${host}/team/web:v1`;
    return withEngine(folder, async (docker) => {
      await docker.output('load', '--input', await writeDockerArchive(folder, of, name));
      await docker.output('push', name);
    });
  };
  const withEngine = async (folder: string, use: (docker: ClientProgram) => Promise<void>) => {
    const engine = await startDockerEngine(folder);
    await use(engine.docker).finally(() => engine.stop());
  };

  test.each(['upload', 'upload at its end', 'part'] as const)(
    'sends a layer again whose %s is not seen',
    async (what) => {
      expect(await push(what, run)).toEqual(['v1']);
    },
  );

  test('gives up where a layer is not seen', async () => {
    await expect(push('layer', run)).rejects.toThrow(/manifest blob unknown/);
  });
});

describeWith([podmanTool], 'podman', () => {
  test.each(Object.keys(unseen) as Unseen[])('pushes again where it says that this is not seen: %s', async (what) => {
    const tags = await push(what, async (host, folder, of) => {
      const storage = ['--root', join(folder, 'root'), '--runroot', join(folder, 'run'), '--storage-driver', 'vfs'];
      const podman = new ClientProgram('podman', folder, [...storage, '--tmpdir', join(folder, 'tmp')]);
      const name = `${host}/team/web:v1`;
      await podman.output('load', '--quiet', '--input', await writeDockerArchive(folder, of, name));
      await podman.output('push', '--tls-verify=false', name);
    });
    expect(tags).toEqual(['v1']);
  });
});

describeWith([skopeoTool], 'skopeo', () => {
  const copy =
    (...flags: string[]) =>
    async (host: string, folder: string, of: BuiltImage) => {
      await writeOciLayout(join(folder, 'layout'), of, 'v1');
      await new Skopeo(folder).copy(`oci:${join(folder, 'layout')}:v1`, `docker://${host}/team/web:v1`, ...flags);
    };

  test.each(Object.keys(unseen) as Unseen[])(
    'copies again with --retry-times where it says that this is not seen: %s',
    async (what) => {
      expect(await push(what, copy('--retry-times', '3'))).toEqual(['v1']);
    },
  );

  test('gives up without', async () => {
    await expect(push('upload', copy())).rejects.toThrow(/blob upload unknown/);
  });
});
