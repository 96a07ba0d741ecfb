import { type KvNamespace, kvStorage } from '@coracle/registry/storage-cloudflare-kv';

/** Pieces of 8 MiB through the storage and through the binding alone: `/<put or get>/<storage or binding>/<how many>`. */

const piece = new Uint8Array(8 * 1024 * 1024).map((_, at) => (at * at) % 251);

export default {
  async fetch(request: Request, { KV }: { readonly KV: KvNamespace }): Promise<Response> {
    const [, verb, way, count] = new URL(request.url).pathname.split('/');
    const { bytes } = kvStorage(KV, { prefix: 'bench/' });
    let size = 0;
    for (let nth = 0; nth < Number(count); nth++) {
      if (verb === 'put') await (way === 'storage' ? bytes.put(`piece-${nth}`, piece) : KV.put(`piece-${nth}`, piece));
      else if (way === 'storage') size += (await bytes.get(`piece-${nth}`))?.length ?? 0;
      else size += (await KV.get(`piece-${nth}`, { type: 'arrayBuffer' }))?.byteLength ?? 0;
    }
    return new Response(String(size));
  },
};
