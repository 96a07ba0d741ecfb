import { createEngine, type Engine, ecr, ecrPublic } from '@coracle/registry/core';
import { type BuiltImage, type TestHelpers, withTestHelpers } from '@coracle/registry/core/testing';
import type { Bench } from './bench.ts';
import { ContractBroken, firstDifference, sameJson, show } from './contract.ts';

export const repositoryName = 'team/web';
const startOfClock = Date.UTC(2026, 0, 1);

/** Makes an engine on the tested storage, with a clock that moves on by a second each time it is read. */
export function engineOn({ records, bytes }: Bench): Engine & TestHelpers {
  let now = startOfClock;
  const storage = { records, bytes };
  return withTestHelpers(createEngine({ storage, clock: () => (now += 1000), services: [ecrPublic, ecr] }));
}

export function sees(what: string, got: unknown, wanted: unknown): void {
  if (!sameJson(JSON.parse(JSON.stringify(got)), JSON.parse(JSON.stringify(wanted)))) {
    throw new ContractBroken(`Correct the storage: ${what} is ${show(got)}, but must be ${show(wanted)}.`);
  }
}

export async function refused(what: string, call: Promise<unknown>, name: string): Promise<void> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  sees(`the exception of ${what}`, error instanceof Error ? error.name : error, name);
}

const publicAt = (engine: Engine, name: string) => engine.distribution.locate('public.ecr.aws', `suite/${name}`);

/** Makes an engine whose public registry has an alias, so that paths of `/v2/` can name its repositories. */
export async function openRegistry(bench: Bench): Promise<Engine & TestHelpers> {
  const engine = engineOn(bench);
  await engine.setPublicRegistry({ alias: 'suite' });
  return engine;
}

export async function mustPull(engine: Engine, image: BuiltImage, reference: string): Promise<void> {
  const at = await publicAt(engine, repositoryName);
  const manifest = await engine.distribution.getManifest(at, reference);
  sees('a pulled manifest', new TextDecoder().decode(manifest.bytes), image.manifest);
  for (const { digest, bytes } of image.blobs) {
    const blob = await engine.distribution.getBlob(at, digest);
    const pieces: Uint8Array[] = [];
    for await (const piece of blob.read()) pieces.push(piece);
    const pulled = new Uint8Array(await new Blob(pieces as Uint8Array<ArrayBuffer>[]).arrayBuffer());
    sees(`the first byte in which the blob ${digest} differs`, firstDifference(pulled, bytes), -1);
  }
}

/**
 * Returns the digest `sha256:…` of the joined bytes. It does not use the engine's own code for SHA-256, so that the
 * tests find errors in that code.
 */
export async function sha256(...parts: Uint8Array[]): Promise<string> {
  const all = await new Blob(parts as Uint8Array<ArrayBuffer>[]).arrayBuffer();
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', all));
  return `sha256:${[...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

export async function upload(engine: Engine, parts: readonly Uint8Array[]): Promise<string> {
  const { uploadId } = await engine.ecrPublic.initiateLayerUpload({ repositoryName });
  let first = 0;
  for (const layerPartBlob of parts) {
    const partLastByte = first + layerPartBlob.length - 1;
    await engine.ecrPublic.uploadLayerPart({
      repositoryName,
      uploadId,
      partFirstByte: first,
      partLastByte,
      layerPartBlob,
    });
    first = partLastByte + 1;
  }
  return uploadId;
}
