import { randomBytes } from 'node:crypto';
import { ecrPublic } from '@coracle/core';
import { describe, expect, it } from 'vitest';
import { bytesOf } from '../../test-support/served.ts';
import { readInput } from './input.ts';

const read = (body: string | Uint8Array, operation = 'PutRepositoryCatalogData') =>
  readInput(ecrPublic, operation, body);

const refusal = (body: string | Uint8Array, operation?: string): unknown => {
  try {
    return read(body, operation);
  } catch (error) {
    return error;
  }
};

describe('an input', () => {
  it.each(['', '{}', ' {} ', new Uint8Array(0)])('is empty for %j', (body) => {
    expect(read(body)).toEqual({});
  });

  it('is the same from a text and from its bytes', () => {
    const body = JSON.stringify({ repositoryName: 'team/é', tags: [{ Key: 'ключ' }], n: 1.5, no: null });
    expect(read(body)).toEqual(JSON.parse(body));
    expect(read(bytesOf(body))).toEqual(JSON.parse(body));
  });

  it('has bytes where the model has them, and texts elsewhere', () => {
    const input = read('{"logoImageBlob":"AQID","catalogData":{"logoImageBlob":"AQID","description":"AQID"}}');
    expect(input).toEqual({
      logoImageBlob: 'AQID',
      catalogData: { logoImageBlob: Uint8Array.of(1, 2, 3), description: 'AQID' },
    });
    expect(read('{"layerPartBlob":""}', 'UploadLayerPart')).toEqual({ layerPartBlob: new Uint8Array(0) });
  });

  it.each([
    '{"catalogData":{"logoImageBlob":null}}',
    '{"catalogData":{"logoImageBlob":7}}',
    '{"catalogData":{"logoImageBlob":["AQID"]}}',
    '{"catalogData":"AQID"}',
    '{"catalogData":[{"logoImageBlob":"AQID"}]}',
    '{"catalogData":null}',
    '{"__proto__":{"catalogData":{"logoImageBlob":"*"}}}',
    '{"constructor":{"prototype":{"polluted":true}}}',
  ])('is left as it is where there are no bytes: %s', (body) => {
    expect(read(body)).toEqual(JSON.parse(body));
  });

  it('cannot reach a prototype', () => {
    const input = read('{"__proto__":{"catalogData":{"logoImageBlob":"AQID"},"polluted":true}}') as object;
    expect(Object.getPrototypeOf(input)).toBe(Object.prototype);
    expect(Object.hasOwn(input, '__proto__')).toBe(true);
    expect('polluted' in {}).toBe(false);
  });

  it.each(['{', '[', '{"a":}', 'null and void', '{"a":1}{', "{'a':1}", '{"a":1,}', '\u0000'])(
    'is refused where it is no JSON: %j',
    (body) => {
      expect(refusal(body)).toMatchObject({
        name: 'SerializationException',
        fault: 'client',
        message: expect.stringMatching(/^The body of the request must be JSON: /),
      });
    },
  );

  it.each(['null', '[]', '"text"', '7', 'true', '[{}]'])('is refused where it is no object: %s', (body) => {
    expect(refusal(body)).toMatchObject({
      name: 'SerializationException',
      message: 'The body of the request must be a JSON object',
    });
  });

  it.each([
    Uint8Array.of(0x7b, 0xff, 0x7d),
    Uint8Array.of(0x1f, 0x8b, 8, 0),
    Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22),
  ])('is refused where it is not UTF-8: %j', (body) => {
    expect(refusal(body)).toMatchObject({
      name: 'SerializationException',
      message: 'The body of the request must be UTF-8',
    });
  });

  it.each(['*', 'AQI', 'AQ\\nID', 'AQ-_'])('is refused where bytes are not base64: %s', (text) => {
    expect(refusal(`{"catalogData":{"logoImageBlob":"${text}"}}`)).toMatchObject({
      name: 'SerializationException',
      message: `The value at 'catalogData.logoImageBlob' in the request must be base64`,
    });
  });

  it('may be nested as deep as it likes', () => {
    const deep = `{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`;
    expect(() => read(deep)).not.toThrow(RangeError);
    expect(refusal(`{"a":${'['.repeat(200_000)}`)).toMatchObject({ name: 'SerializationException' });
  });
});

describe('an input that would take long to parse', () => {
  const values = (n: number) => JSON.stringify({ tags: Array.from({ length: n - 2 }, () => 0) });

  it('is refused by how many values it has, which no input of a service needs', () => {
    expect(read(values(20_000))).toMatchObject({ tags: { length: 19_998 } });
    for (const body of [values(20_001), bytesOf(values(20_001))]) {
      expect(refusal(body)).toMatchObject({
        name: 'SerializationException',
        message: 'The body of the request may have at most 20000 JSON values',
      });
    }
  });

  it('is refused by how deep it is', () => {
    const deep = (n: number) => `${'{"a":'.repeat(n)}1${'}'.repeat(n)}`;
    expect(read(deep(64))).toBeDefined();
    expect(refusal(deep(65))).toMatchObject({
      name: 'SerializationException',
      message: 'The body of the request may nest objects and lists at most 64 levels deep',
    });
  });

  it('is refused also around a long blob', () => {
    const body = `{"x":[${'[],'.repeat(21_000)}0],"layerPartBlob":"${'AAAA'.repeat(10_000)}"}`;
    expect(refusal(body, 'UploadLayerPart')).toMatchObject({
      message: 'The body of the request may have at most 20000 JSON values',
    });
  });

  it('is taken if it is only long: a manifest of 4 MiB full of quotes, a hundred ids, a part with escapes', () => {
    const descriptor = (i: number) => ({
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      digest: `sha256:${String(i).padStart(64, '0')}`,
      size: 528,
      platform: { architecture: 'amd64', os: 'linux' },
    });
    const imageManifest = JSON.stringify({ manifests: Array.from({ length: 20_000 }, (_, i) => descriptor(i)) });
    expect(read(JSON.stringify({ imageManifest }), 'PutImage')).toEqual({ imageManifest });
    const imageIds = Array.from({ length: 100 }, (_, i) => ({
      imageDigest: descriptor(i).digest,
      imageTag: 'x'.repeat(300),
    }));
    expect(read(JSON.stringify({ imageIds }), 'BatchDeleteImage')).toEqual({ imageIds });
    const part = randomBytes(20 * 1024 * 1024);
    const body = `{"layerPartBlob":"${part.toString('base64').replaceAll('/', '\\/')}"}`;
    const { layerPartBlob } = read(bytesOf(body), 'UploadLayerPart') as { layerPartBlob: Uint8Array };
    expect(Buffer.compare(layerPartBlob, part)).toBe(0);
  });
});
