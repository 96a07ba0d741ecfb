import type { Random } from './random.ts';
import { config, configs, content, digestOf, type FuzzRequest, oddText, pathName, utf8 } from './request.ts';

/** Requests to `/v2/`. */

const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const indexType = 'application/vnd.oci.image.index.v1+json';
const subject = `sha256:${'1'.repeat(64)}`;
const tags = 40;

interface OpenUpload {
  readonly location: string;
  readonly sent: Buffer[];
}

/** Makes requests to `/v2/` for one sender, with the blobs and uploads that it knows from earlier answers. */
export class V2Requests {
  readonly #random: Random;
  readonly #blobs: string[] = [];
  #uploads: OpenUpload[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  next(): FuzzRequest {
    const kinds = [
      () => this.#blob(content(this.#random)),
      () => this.#blob(config(this.#random.below(configs))),
      () => this.#blob(config(this.#random.below(configs))),
      () => this.#manifest(),
      () => this.#manifest(),
      () => this.#manifest(),
      () => this.#index(),
      () => this.#startUpload(),
      () => this.#useUpload(),
      () => this.#useUpload(),
      () => this.#mount(),
      () => this.#read(),
      () => this.#read(),
      () => this.#delete(),
    ] as const;
    return this.#random.pick(kinds)();
  }

  #blob(body: Buffer): FuzzRequest {
    const digest = this.#random.chance(0.94) ? digestOf(body) : oddText(this.#random);
    return {
      method: 'POST',
      target: `/v2/${pathName(this.#random)}/blobs/uploads/?digest=${digest}`,
      body,
      stores: true,
      heard: (status) => {
        if (status === 201 && this.#blobs.length < 100) this.#blobs.push(digest);
      },
    };
  }

  #manifest(): FuzzRequest {
    const random = this.#random;
    const bytes = config(random.below(configs));
    const manifest = {
      schemaVersion: 2,
      mediaType: manifestType,
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: digestOf(bytes), size: bytes.length },
      layers: [],
      ...(random.chance(0.3) && {
        subject: { mediaType: manifestType, digest: subject, size: 1 },
        annotations: { a: 'x'.repeat(random.below(3000)) },
      }),
      // The answer to its pull takes room until the client has it.
      ...(random.chance(0.05) && { annotations: { a: 'x'.repeat(random.pick([100_000, 400_000])) } }),
      ...(random.chance(0.1) && { artifactType: decodeURIComponent(random.pick(['', 'a/b', 'a'.repeat(300), '%00'])) }),
    };
    return this.#put(utf8(JSON.stringify(manifest)), manifestType);
  }

  #index(): FuzzRequest {
    const manifests = Array.from({ length: this.#random.below(5) }, () => ({
      mediaType: manifestType,
      digest: this.#random.pick([subject, ...this.#blobs]),
      size: 1,
    }));
    return this.#put(utf8(JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests })), indexType);
  }

  #put(whole: Buffer, mediaType: string): FuzzRequest {
    const random = this.#random;
    const body = random.chance(0.06) ? whole.subarray(0, random.below(whole.length)) : whole;
    const tag = `t${random.below(tags)}`;
    const reference = random.chance(0.85)
      ? tag
      : random.pick([
          digestOf(body),
          `${digestOf(body)}?tag=${tag}&tag=x`,
          `${digestOf(body)}?${'tag=x&'.repeat(60)}`,
          oddText(random),
        ]);
    return {
      method: 'PUT',
      target: `/v2/${pathName(random)}/manifests/${reference}`,
      headers: { 'content-type': random.chance(0.92) ? mediaType : random.pick(['', 'a', 'x'.repeat(3000), '*/*']) },
      body,
      stores: true,
    };
  }

  #startUpload(): FuzzRequest {
    return {
      method: 'POST',
      target: `/v2/${pathName(this.#random)}/blobs/uploads/`,
      stores: true,
      heard: (_, head) => {
        const [, location] = /^location: (\S+)/im.exec(head) ?? [];
        if (location !== undefined) this.#uploads.push({ location, sent: [] });
      },
    };
  }

  /** Goes on with an upload, mostly to a good end. */
  #useUpload(): FuzzRequest {
    const random = this.#random;
    const upload = this.#uploads[0];
    if (!upload) return this.#startUpload();
    const { location, sent } = upload;
    const target = location.replace(/^https?:\/\/[^/]+/, '');
    if (random.chance(0.1)) return { method: random.pick(['GET', 'HEAD', 'PUT']), target };
    if (random.chance(0.1)) {
      const range = random.pick(['0-9', '5-1', 'x', '0-1000000', 'bytes 0-3/4', '99999999999999999999-1']);
      return { method: 'PATCH', target, body: content(random), headers: { 'content-range': range } };
    }
    if (sent.length < 3 && random.chance(0.5)) {
      const body = content(random);
      return {
        method: 'PATCH',
        target,
        body,
        stores: true,
        heard: (status, head) => {
          if (status !== 202) return this.#forget(upload);
          const [, next = location] = /^location: (\S+)/im.exec(head) ?? [];
          this.#uploads = [{ location: next, sent: [...sent, body] }, ...this.#uploads.filter((it) => it !== upload)];
        },
      };
    }
    this.#forget(upload);
    if (random.chance(0.2)) return { method: 'DELETE', target };
    const digest = digestOf(Buffer.concat(sent));
    return { method: 'PUT', target: `${target}${target.includes('?') ? '&' : '?'}digest=${digest}`, stores: true };
  }

  #forget(upload: OpenUpload): void {
    this.#uploads = this.#uploads.filter((it) => it !== upload);
  }

  #mount(): FuzzRequest {
    const random = this.#random;
    const digest = random.pick([oddText(random), ...this.#blobs]);
    const from = random.pick(['a%2Fb', 'c', 'open/pub', oddText(random)]);
    const target = `/v2/${pathName(random)}/blobs/uploads/?mount=${digest}&from=${from}`;
    return { method: 'POST', target, stores: true };
  }

  #read(): FuzzRequest {
    const random = this.#random;
    const what = random.pick([
      `manifests/t${random.below(tags)}`,
      `manifests/${oddText(random)}`,
      `blobs/${random.pick([oddText(random), ...this.#blobs])}`,
      `tags/list?n=${random.pick(['5', '0', 'x', '', '1000000', '-1'])}&last=${oddText(random)}`,
      `referrers/${subject}${random.pick(['', '?artifactType=a%2Fb', '?artifactType=&next=x'])}`,
    ]);
    return {
      method: random.pick(['GET', 'GET', 'HEAD']),
      target: `/v2/${pathName(random)}/${what}`,
      headers: random.chance(0.3)
        ? { range: random.pick(['bytes=0-9', 'bytes=-5', 'bytes=9-1', 'x', 'bytes=0-999999999999', 'bytes=0-1,3-4']) }
        : {},
    };
  }

  #delete(): FuzzRequest {
    const random = this.#random;
    const what = random.pick([
      `manifests/t${random.below(tags)}`,
      `manifests/${oddText(random)}`,
      `blobs/${random.pick([oddText(random), ...this.#blobs])}`,
    ]);
    return { method: 'DELETE', target: `/v2/${pathName(random)}/${what}` };
  }
}
