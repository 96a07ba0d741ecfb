import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { buildImage } from '@coracle/registry';
import { onTestFinished } from 'vitest';
import { writeOciLayout } from '../../../test/support/oci-layout.ts';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import type { Asked, Scripted } from './scripted-server.ts';
import { type Ended, transfer } from './transfer.ts';

export const image = await buildImage({ layers: ['x'.repeat(300_000)] });
const login = { CORACLE_USERNAME: 'alice', CORACLE_PASSWORD: 'open sesame' };

async function given(): Promise<{ folder: string; layout: string }> {
  const { path: folder, remove } = await temporaryFolder();
  onTestFinished(remove);
  const layout = join(folder, 'layout');
  await mkdir(layout);
  await writeOciLayout(layout, image, 'v1');
  return { folder, layout };
}

/** Writes the image as an OCI layout. Returns the folder, which ends with the test. */
export const layoutFolder = async (): Promise<string> => (await given()).layout;

/** Pushes the image to a registry that answers as told, with a login. */
export async function pushTo(
  host: string,
  args: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const { folder, layout } = await given();
  return transfer(folder, ['push', layout, `${host}/web:v1`, ...args], { environment: { ...login, ...environment } });
}

export async function pullFrom(host: string): Promise<Ended & { files: string[] }> {
  const { folder } = await given();
  const ended = await transfer(folder, ['pull', `${host}/web:v1`, join(folder, 'out.tar')], { environment: login });
  return { ...ended, files: (await readdir(folder)).filter((name) => name !== 'layout') };
}

/** A registry that is correct, except for the answers of `script`. */
export const registry = (script: (asked: Asked) => Scripted | undefined) => (asked: Asked) =>
  script(asked) ??
  (asked.line === 'GET /v2/'
    ? { status: 200 }
    : asked.line.startsWith('HEAD')
      ? { status: 404 }
      : asked.line.startsWith('POST')
        ? { status: 202, headers: { location: '/v2/web/blobs/uploads/1' } }
        : { status: 201 });

export const is = (method: string) => (asked: Asked) => asked.line.startsWith(method);
export const hasLogin = ({ headers }: Asked) => headers.authorization !== undefined;
export const basic = (asked: Asked): Scripted | undefined =>
  hasLogin(asked) ? undefined : { status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } };

export const blobIn = (line: string): Uint8Array =>
  image.blobs.find(({ digest }) => line.includes(digest))?.bytes ?? new Uint8Array();

/** A registry with the image, except for the answers of `script`. */
export const registryWithImage = (script: (asked: Asked) => Scripted | undefined) =>
  registry((asked) => {
    const scripted = script(asked);
    if (scripted !== undefined) return scripted;
    const { line, headers } = asked;
    if (line.startsWith('GET /v2/web/manifests/')) {
      return { status: 200, headers: { 'content-type': image.mediaType }, body: image.manifest };
    }
    if (!line.includes('/blobs/')) return undefined;
    const bytes = blobIn(line);
    const [, first] = /^bytes=(\d+)-$/.exec(headers.range ?? '') ?? [];
    if (first === undefined) return { status: 200, headers: { 'content-length': String(bytes.length) }, body: bytes };
    const range = { 'content-range': `bytes ${first}-${bytes.length - 1}/${bytes.length}` };
    return { status: 206, headers: range, body: bytes.subarray(Number(first)) };
  });
