import { describe, expect, it } from 'vitest';
import { mediaTypes, parseManifest, readPushed } from './manifest.ts';

const digest = (n: number) => `sha256:${String(n).padStart(64, '0')}`;
const blob = (n: number, mediaType = 'text/plain') => ({ mediaType, digest: digest(n), size: n });
const image = (members: object = {}) => ({
  schemaVersion: 2,
  mediaType: mediaTypes.ociManifest,
  config: blob(1, 'application/config'),
  layers: [blob(10), blob(20)],
  ...members,
});
const bytes = (text: string) => new TextEncoder().encode(text);
const parse = (body: unknown, mediaType?: string) => parseManifest(bytes(JSON.stringify(body)), mediaType);
const push = (body: unknown) => () => readPushed(bytes(JSON.stringify(body)), undefined);

describe('a manifest', () => {
  it('of an image says what it needs and what it is', () => {
    expect(parse(image())).toEqual({
      mediaType: mediaTypes.ociManifest,
      isList: false,
      blobs: [blob(1, 'application/config'), blob(10), blob(20)],
      layerCount: 2,
      declaredSize: 31,
      children: [],
      artifactMediaType: 'application/config',
      subject: undefined,
      annotations: undefined,
    });
  });

  it('needs each blob once, but counts and weighs it as often as it is listed', () => {
    const { blobs, layerCount, declaredSize } = parse(image({ layers: [blob(10), blob(10), blob(1)] }));
    expect(blobs.map((one) => one.digest)).toEqual([digest(1), digest(10)]);
    expect([layerCount, declaredSize]).toEqual([3, 22]);
  });

  it('does not need layers that are kept elsewhere', () => {
    const foreign = blob(30, 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip');
    const nondistributable = blob(40, 'application/vnd.oci.image.layer.nondistributable.v1.tar');
    const { blobs, layerCount, declaredSize } = parse(image({ layers: [foreign, nondistributable, blob(10)] }));
    expect(blobs.map(({ size }) => size)).toEqual([1, 10]);
    expect([layerCount, declaredSize]).toEqual([3, 81]);
  });

  it('of a list says which images it names, once each', () => {
    const body = { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: [blob(1), blob(2), blob(1)] };
    expect(parse(body)).toMatchObject({ isList: true, blobs: [], children: [blob(1), blob(2)], layerCount: 0 });
    expect(parse({ ...body, mediaType: mediaTypes.dockerList }).isList).toBe(true);
  });

  it('of schema 1 says its layers and no sizes', () => {
    const body = {
      schemaVersion: 1,
      fsLayers: [{ blobSum: digest(1) }, { blobSum: digest(1) }, { blobSum: digest(2) }],
    };
    const { blobs, layerCount, declaredSize, mediaType } = parse(body);
    expect(blobs.map((one) => one.digest)).toEqual([digest(1), digest(2)]);
    expect([layerCount, declaredSize, mediaType]).toEqual([3, undefined, mediaTypes.dockerSchema1]);
    expect(parse({ ...body, signatures: [{}] }).mediaType).toBe(mediaTypes.dockerSchema1Signed);
    expect(parse(body, mediaTypes.dockerSchema1Signed).mediaType).toBe(mediaTypes.dockerSchema1Signed);
  });

  it('says its subject and its annotations', () => {
    const { subject, annotations } = parse(image({ subject: blob(7), annotations: { a: 'b', odd: 1 } }));
    expect([subject, annotations]).toEqual([digest(7), { a: 'b' }]);
    expect(parse(image({ subject: null })).subject).toBeUndefined();
    expect(parse({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: [], subject: blob(7) }).subject).toBe(
      digest(7),
    );
  });

  it('is of its artifact type rather than of that of its config', () => {
    expect(parse(image({ artifactType: 'text/x-sbom' })).artifactMediaType).toBe('text/x-sbom');
    for (const artifactType of ['', null, 1]) {
      expect(parse(image({ artifactType })).artifactMediaType).toBe('application/config');
    }
  });

  it('may say its type, or leave that to the caller, or say the same', () => {
    const { mediaType, ...rest } = image();
    expect(parse(rest, mediaType).mediaType).toBe(mediaType);
    expect(parse(image(), mediaType).mediaType).toBe(mediaType);
    expect(() => parse(image(), mediaTypes.dockerManifest)).toThrow("at 'imageManifestMediaType'");
    expect(() => parse(rest)).toThrow("at 'imageManifestMediaType'");
    expect(() => parse(rest, '')).toThrow('Invalid JSON syntax');
  });

  it('may have blanks around it, and any order of its members', () => {
    const text = ` \n${JSON.stringify(image(), null, 2)}\n\n`;
    expect(parseManifest(bytes(text), undefined)).toEqual(parse(image()));
  });

  it('cannot bring members of the prototype in', () => {
    const text = JSON.stringify(image()).replace('{', '{"__proto__":{"subject":{"digest":"x"}},');
    expect(parseManifest(bytes(text), undefined).subject).toBeUndefined();
  });
});

describe('a media type', () => {
  it('compares without case, and is kept in small letters', () => {
    const odd = mediaTypes.ociManifest.toUpperCase();
    expect(parse(image({ mediaType: odd })).mediaType).toBe(mediaTypes.ociManifest);
    expect(parse(image({ mediaType: odd }), mediaTypes.ociManifest).mediaType).toBe(mediaTypes.ociManifest);
    expect(parse(image(), odd).mediaType).toBe(mediaTypes.ociManifest);
    expect(parse({ ...image(), mediaType: mediaTypes.ociIndex.toUpperCase(), manifests: [] }).isList).toBe(true);
  });

  it('of a push has at most 255 characters', () => {
    const type = `a/${'b'.repeat(253)}`;
    const list = { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: [blob(1, type)] };
    const refusal = (member: string) =>
      `A media type may have at most 255 characters, but ${member} in the manifest has 256`;
    expect(push(image({ artifactType: type, layers: [blob(10, type)] }))).not.toThrow();
    expect(push(list)).not.toThrow();
    expect(push(image({ artifactType: `${type}b` }))).toThrow(refusal('artifactType'));
    expect(push(image({ config: blob(1, `${type}b`) }))).toThrow(refusal('mediaType'));
    expect(push({ ...list, artifactType: `${type}b` })).toThrow(refusal('artifactType'));
    expect(push(image({ layers: [blob(10, `${type}b`)] }))).toThrow(refusal('mediaType'));
    expect(push({ ...list, manifests: [blob(1, `${type}b`)] })).toThrow(refusal('mediaType'));
    expect(() => parse(image({ mediaType: `${type}b` }), mediaTypes.ociManifest)).toThrow(refusal('mediaType'));
  });
});

describe('a manifest that is pushed', () => {
  it('may be an index of 4 MiB of ordinary descriptors', () => {
    const manifests = Array.from({ length: 19_000 }, (_, i) => ({
      mediaType: mediaTypes.ociManifest,
      digest: digest(i),
      size: 528,
      platform: { architecture: 'amd64', os: 'linux' },
    }));
    const text = JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests });
    expect(text.length).toBeGreaterThan(3.5 * 1024 * 1024);
    expect(readPushed(bytes(text), undefined).children).toHaveLength(19_000);
  });

  it('may have few annotations that are long, as those of the conformance suite', () => {
    const annotations = Object.fromEntries(Array.from({ length: 390 }, (_, i) => [`k${i}`, 'v'.repeat(10_000)]));
    expect(push(image({ annotations }))).not.toThrow();
  });

  it('is refused if it would take long to parse', () => {
    const many = Object.fromEntries(Array.from({ length: 250_001 }, (_, i) => [i, '']));
    expect(push(image({ annotations: many }))).toThrow(/at most 250000 JSON values, but this manifest has more/);
    const deep = `${'{"a":'.repeat(65)}1${'}'.repeat(65)}`;
    expect(() => readPushed(bytes(deep), undefined)).toThrow(
      /The manifest is nested too deeply: use at most 64 levels of JSON/,
    );
  });
});
