import { registryWorker } from '@coracle/registry/cloudflare';
import { kvStorage } from '@coracle/registry/storage-cloudflare-kv';

type Namespace = Parameters<typeof kvStorage>[0];

export default registryWorker({
  createOnPush: true,
  storage: ({ IMAGES }: { IMAGES: Namespace }) => kvStorage(IMAGES),
});
