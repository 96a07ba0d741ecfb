import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  basic,
  blobIn,
  hasLogin,
  image,
  is,
  pullFrom,
  pushTo,
  registry,
  registryWithImage,
} from '../../test-support/hostile-registry.ts';
import { scriptedServer } from '../../test-support/scripted-server.ts';

describe('a login is never sent to another server', () => {
  it('by the Location of an upload', async () => {
    const other = await scriptedServer(() => ({ status: 201 }));
    const location = `${other.origin.replace('//', '//alice:secret@')}/upload?signature=a%2Bb`;
    const own = await scriptedServer(
      registry((asked) => basic(asked) ?? (is('POST')(asked) ? { status: 202, headers: { location } } : undefined)),
    );
    expect(await pushTo(own.host)).toMatchObject({ code: 0 });
    expect(own.asked.some(hasLogin)).toBe(true);
    expect(other.asked).toHaveLength(image.blobs.length);
    expect(other.asked.some(hasLogin)).toBe(false);
    // The signature of the address is as it was.
    for (const { line } of other.asked) expect(line).toMatch(/^PUT \/upload\?signature=a%2Bb&digest=sha256%3A/);
  });

  it('by the redirect of a blob', async () => {
    const other = await scriptedServer(({ line }) => ({ status: 200, body: blobIn(line) }));
    const own = await scriptedServer(
      registryWithImage((asked) => {
        if (!hasLogin(asked)) return basic(asked);
        return is('GET /v2/web/blobs/')(asked)
          ? { status: 307, headers: { location: other.origin + asked.line.slice('GET '.length) } }
          : undefined;
      }),
    );
    expect(await pullFrom(own.host)).toMatchObject({ code: 0, files: ['out.tar'] });
    expect(other.asked).toHaveLength(image.blobs.length);
    expect(other.asked.some(hasLogin)).toBe(false);
  });

  it('if the challenge comes from another server', async () => {
    const other = await scriptedServer(() => ({ status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } }));
    const own = await scriptedServer(
      registry(
        (asked) =>
          basic(asked) ?? (is('POST')(asked) ? { status: 202, headers: { location: `${other.origin}/1` } } : undefined),
      ),
    );
    expect(await pushTo(own.host)).toMatchObject({ code: 4 });
    expect(other.asked.some(hasLogin)).toBe(false);
  });

  it('as the password of a realm that is not encrypted', async () => {
    const challenge = 'Bearer realm="http://tokens.example.com/token",service="x"';
    const own = await scriptedServer(() => ({ status: 401, headers: { 'www-authenticate': challenge } }));
    const ended = await pushTo(own.host, ['--insecure']);
    expect(ended).toMatchObject({ code: 4, waits: [] });
    expect(ended.stderr).toContain('asks to send the password unencrypted to tokens.example.com');
  });
});

describe('a registry that answers without end', () => {
  it('with 401 is asked once more, and no more', async () => {
    const own = await scriptedServer((asked) =>
      asked.line.startsWith('GET /token')
        ? { status: 200, body: '{"token":"t"}' }
        : {
            status: 401,
            headers: { 'www-authenticate': `Bearer realm="http://${asked.headers.host}/token"` },
            body: '{"errors":[{"code":"DENIED","message":"never\\u0007 you"}]}',
          },
    );
    const ended = await pushTo(own.host);
    expect(ended).toMatchObject({ code: 4, waits: [] });
    expect(ended.stderr).toContain("refuses the login of 'alice' from CORACLE_USERNAME and CORACLE_PASSWORD");
    expect(own.asked.length).toBeLessThan(12);
  });

  it('with redirects is left after five of them', async () => {
    const own = await scriptedServer(
      registry((asked) => {
        const [, count] = /round=(\d+)/.exec(asked.line) ?? [];
        return is('HEAD')(asked)
          ? { status: 302, headers: { location: `/v2/web/x?round=${Number(count ?? 0) + 1}` } }
          : undefined;
      }),
    );
    const ended = await pushTo(own.host);
    expect(ended).toMatchObject({ code: 1, waits: [] });
    expect(ended.stderr).toContain('redirected a request more than 5 times');
  });

  it('with chunks that it does not keep is left after eight waits', async () => {
    const own = await scriptedServer(
      registry((asked) =>
        is('PATCH')(asked) || is('GET /v2/web/blobs/uploads')(asked)
          ? { status: 202, headers: { range: '0-0' } }
          : undefined,
      ),
    );
    const ended = await pushTo(own.host, ['--chunk-size', '100kB']);
    expect(ended.code).toBe(3);
    expect(ended.stderr).toContain('stored nothing of a chunk of 100000 bytes');
    expect(ended.waits).toHaveLength(8);
  });

  it('with 503 and a long Retry-After says when to come back', async () => {
    const own = await scriptedServer(
      registry((asked) => (is('POST')(asked) ? { status: 503, headers: { 'retry-after': '7200' } } : undefined)),
    );
    const ended = await pushTo(own.host);
    expect(ended).toMatchObject({ code: 3, waits: [] });
    expect(ended.stderr).toContain('Run the same command again after 7200 seconds');
  });
});

describe('an answer that is wrong', () => {
  it.each([
    [
      'more bytes than were sent',
      '0-999999',
      'says that it has the bytes 0-999999 of an upload, but only 100000 bytes were sent',
    ],
    ['no range', 'everything', "answered with the invalid Range 'everything'"],
  ])('about the bytes of an upload is refused: %s', async (_, range, message) => {
    const own = await scriptedServer(
      registry((asked) => (is('PATCH')(asked) ? { status: 202, headers: { range } } : undefined)),
    );
    const ended = await pushTo(own.host, ['--chunk-size', '100kB']);
    expect(ended).toMatchObject({ code: 1, waits: [] });
    expect(ended.stderr).toContain(message);
  });

  it('about the bytes of an upload makes the push send what is missing', async () => {
    let size = 0;
    const bodies: Buffer[] = [];
    const own = await scriptedServer(
      registry(({ line, body, headers }) => {
        if (!line.startsWith('PATCH')) return undefined;
        expect(headers['content-range']).toBe(`${size}-${size + body.length - 1}`);
        // It keeps at most 30,000 bytes of each chunk.
        bodies.push(body.subarray(0, 30_000));
        size += Math.min(body.length, 30_000);
        return { status: 202, headers: { range: `0-${size - 1}` } };
      }),
    );
    expect(await pushTo(own.host, ['--chunk-size', '100kB'])).toMatchObject({ code: 0, waits: [] });
    const layer = image.blobs.find(({ bytes }) => bytes.length > 100_000);
    expect(Buffer.concat(bodies).equals(layer?.bytes ?? new Uint8Array())).toBe(true);
  });

  it('of an upload that is forgotten begins the upload again', async () => {
    let starts = 0;
    const own = await scriptedServer(
      registry((asked) => {
        if (is('POST')(asked)) starts++;
        const isOld = starts <= image.blobs.length;
        return isOld && (is('PATCH')(asked) || is('GET /v2/web/blobs/')(asked)) ? { status: 404 } : undefined;
      }),
    );
    const ended = await pushTo(own.host, ['--chunk-size', '100kB']);
    expect(ended.code).toBe(0);
    expect(ended.waits.length).toBeGreaterThan(0);
  });

  it('without a Location, or with an invalid one, is refused', async () => {
    for (const headers of [{}, { location: 'http://[' }, { location: 'file:///etc/passwd' }] as Record<
      string,
      string
    >[]) {
      const own = await scriptedServer(registry((asked) => (is('POST')(asked) ? { status: 202, headers } : undefined)));
      expect(await pushTo(own.host)).toMatchObject({ code: 1, waits: [] });
    }
  });

  it('with another digest is refused', async () => {
    const headers = { 'docker-content-digest': `sha256:${'0'.repeat(64)}` };
    for (const method of ['PUT /v2/web/blobs', 'PUT /v2/web/manifests']) {
      const own = await scriptedServer(registry((asked) => (is(method)(asked) ? { status: 201, headers } : undefined)));
      const ended = await pushTo(own.host);
      expect(ended.code).toBe(1);
      expect(ended.stderr).toMatch(/stored (?:a blob|the manifest) as sha256:0{64} instead of sha256:/);
    }
  });

  it('that refuses the digest says that the archive is damaged', async () => {
    const body = '{"errors":[{"code":"DIGEST_INVALID","message":"no"}]}';
    const own = await scriptedServer(
      registry((asked) => (is('PUT /v2/web/blobs')(asked) ? { status: 400, body } : undefined)),
    );
    const ended = await pushTo(own.host);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('The archive is damaged: save the image again');
  });
});

describe('a pull', () => {
  it('writes nothing if a blob has other bytes', async () => {
    for (const change of [
      (bytes: Uint8Array) => bytes.fill(1, 5, 6),
      (bytes: Uint8Array) => Buffer.concat([bytes, bytes]),
    ]) {
      const own = await scriptedServer(
        registryWithImage((asked) =>
          is('GET /v2/web/blobs/')(asked)
            ? { status: 200, body: change(Uint8Array.from(blobIn(asked.line))) }
            : undefined,
        ),
      );
      const ended = await pullFrom(own.host);
      expect(ended).toMatchObject({ code: 1, files: [] });
      expect(ended.stderr).toMatch(/gave (?:another digest|more than \d+ bytes) for the blob .*Do not use the image/);
    }
  });

  it('writes nothing if the manifest has another digest', async () => {
    const headers = { 'content-type': image.mediaType, 'docker-content-digest': `sha256:${'1'.repeat(64)}` };
    const own = await scriptedServer(
      registryWithImage((asked) =>
        is('GET /v2/web/manifests/')(asked) ? { status: 200, headers, body: image.manifest } : undefined,
      ),
    );
    const ended = await pullFrom(own.host);
    expect(ended).toMatchObject({ code: 1, files: [] });
    expect(ended.stderr).toContain('gave a manifest with the digest');
  });

  it('reads a blob on at the same byte after a cut, with and without ranges', async () => {
    for (const hasRanges of [true, false]) {
      let cuts = 0;
      const own = await scriptedServer(
        registryWithImage((asked) => {
          if (!is('GET /v2/web/blobs/')(asked)) return undefined;
          const bytes = blobIn(asked.line);
          if (cuts < 2 && bytes.length > 100_000) {
            cuts++;
            // The answer is shorter than it says.
            const from = Number(/\d+/.exec(hasRanges ? (asked.headers.range ?? '0') : '0')?.[0] ?? 0);
            const part = bytes.subarray(from, from + 50_000);
            const size = { 'content-length': String(bytes.length - from), connection: 'close' };
            const status = from === 0 ? 200 : 206;
            const range = from === 0 ? {} : { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` };
            return { status, headers: { ...size, ...range }, body: part };
          }
          return hasRanges ? undefined : { status: 200, body: bytes };
        }),
      );
      const ended = await pullFrom(own.host);
      expect(ended).toMatchObject({ code: 0, files: ['out.tar'] });
      expect(ended.waits.length).toBe(2);
      const ranges = own.asked.flatMap(({ headers }) => headers.range ?? []);
      expect(ranges).toEqual(hasRanges ? ['bytes=50000-', 'bytes=100000-'] : ['bytes=50000-', 'bytes=50000-']);
    }
  });

  it('refuses other bytes than it asked for', async () => {
    let isFirst = true;
    const own = await scriptedServer(
      registryWithImage((asked) => {
        const bytes = blobIn(asked.line);
        if (!is('GET /v2/web/blobs/')(asked) || bytes.length < 100_000) return undefined;
        const size = { 'content-length': String(bytes.length), connection: 'close' };
        if (isFirst) {
          isFirst = false;
          return { status: 200, headers: size, body: bytes.subarray(0, 50_000) };
        }
        return {
          status: 206,
          headers: { 'content-range': `bytes 0-${bytes.length - 1}/${bytes.length}` },
          body: bytes,
        };
      }),
    );
    expect(await pullFrom(own.host)).toMatchObject({ code: 1, files: [] });
  });
});

it('the image of these tests has a large layer', () => {
  expect(createHash('sha256').update(image.manifest).digest('hex')).toBe(image.digest.slice('sha256:'.length));
});
