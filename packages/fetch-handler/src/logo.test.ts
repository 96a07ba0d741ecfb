import { describe, expect, it } from 'vitest';
import { bytesOf, header, origin, served } from '../test-support/served.ts';

async function withLogo(bytes: Uint8Array) {
  const { engine, fetch } = served({}, { endpoint: origin });
  const { catalogData } = await engine.ecrPublic.createRepository({
    repositoryName: 'web',
    catalogData: { logoImageBlob: bytes },
  });
  const { pathname } = new URL(catalogData?.logoUrl ?? '');
  return { fetch, pathname };
}

const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3);

describe('a logo', () => {
  it.each<[type: string, bytes: Uint8Array]>([
    ['image/png', png],
    ['image/jpeg', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 1)],
    ['image/gif', bytesOf('GIF87a…')],
    ['image/gif', bytesOf('GIF89a…')],
    ['application/octet-stream', bytesOf('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>')],
    ['application/octet-stream', bytesOf('<html>')],
    ['application/octet-stream', bytesOf('GIF')],
    ['application/octet-stream', Uint8Array.of(0x89)],
  ])('is served as %s', async (type, bytes) => {
    const { fetch, pathname } = await withLogo(bytes);
    const response = await fetch(pathname);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toEqual({
      'content-type': type,
      'content-length': String(bytes.length),
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'cross-origin',
      'content-security-policy': "default-src 'none'; sandbox",
    });
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes);
  });

  it('has its headers alone for a HEAD', async () => {
    const { fetch, pathname } = await withLogo(png);
    const response = await fetch(pathname, { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(header(response, 'content-length')).toBe(String(png.length));
    expect(await response.text()).toBe('');
  });

  it.each(['/logo/', '/logo/a/b.png', '/logo/a.png', `/logo/${'0'.repeat(36)}/${'0'.repeat(36)}.png`])(
    'is not at %s',
    async (path) => {
      const { fetch } = await withLogo(png);
      const response = await fetch(path);
      expect(response.status).toBe(404);
      expect(await response.text()).toBe(`There is no logo at ${path}\n`);
    },
  );

  it('is only read here', async () => {
    const { fetch, pathname } = await withLogo(png);
    const response = await fetch(pathname, { method: 'PUT', body: 'x' });
    expect(response.status).toBe(405);
    expect(header(response, 'allow')).toBe('GET, HEAD');
  });
});
