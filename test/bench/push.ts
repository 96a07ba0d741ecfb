import { randomFillSync } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildImage } from '@coracle/registry';
import { output } from '../support/commands.ts';
import { writeOciLayout } from '../support/oci-layout.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { median, ms, type Row } from './measure.ts';
import { startCoracle } from './peers.ts';

const row = {
  what: 'coracle push of an archive with layers of 200 MiB and 50 MiB, against skopeo copy, whole commands',
  bound: { atMost: 1 },
} as const;
const rounds = 5;
const MiB = 1024 * 1024;
const cli = fileURLToPath(new URL('../../packages/cli/dist/cli.js', import.meta.url));

/** `coracle push` and `skopeo copy` of the same archive to the same registry, in turns. */
export async function push(): Promise<Row[]> {
  const version = await output('skopeo', ['--version']).catch(() => undefined);
  if (version === undefined) return [{ ...row, ratio: undefined, figures: 'skipped: there is no skopeo here' }];
  const folder = await temporaryFolder();
  try {
    const archive = await archiveIn(folder.path);
    const own: number[] = [];
    const other: number[] = [];
    for (let round = 0; round < rounds; round++) {
      own.push(await timed((host) => pushWithCoracle(archive, host, join(folder.path, `cache-${round}`))));
      other.push(await timed((host) => pushWithSkopeo(archive, host)));
    }
    const figures = `${ms(median(own))} against ${ms(median(other))}`;
    return [{ ...row, ratio: median(own) / median(other), figures }];
  } finally {
    await folder.remove();
  }
}

async function archiveIn(folder: string): Promise<string> {
  const layers = [randomFillSync(new Uint8Array(200 * MiB)), randomFillSync(new Uint8Array(50 * MiB))];
  const layout = join(folder, 'layout');
  await mkdir(layout);
  await writeOciLayout(layout, await buildImage({ layers }), 'v1');
  const archive = join(folder, 'image.tar');
  await output('tar', ['-cf', archive, '-C', layout, '.']);
  return archive;
}

/** The time of a push to a registry that is empty, and so takes all layers. */
async function timed(run: (host: string) => Promise<unknown>): Promise<number> {
  const registry = await startCoracle();
  try {
    const start = performance.now();
    await run(new URL(registry.origin).host);
    return performance.now() - start;
  } finally {
    await registry.stop();
  }
}

const pushWithCoracle = (archive: string, host: string, cache: string) =>
  output(process.execPath, [cli, 'push', archive, `${host}/bench/web:v1`, '--quiet', '--cache', cache]);

const pushWithSkopeo = (archive: string, host: string) =>
  output('skopeo', [
    ...['--insecure-policy', 'copy', '--quiet', '--preserve-digests', '--dest-tls-verify=false'],
    ...[`oci-archive:${archive}:v1`, `docker://${host}/bench/web:v1`],
  ]);
