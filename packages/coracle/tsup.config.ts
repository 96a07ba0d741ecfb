import { library } from '../../tsup.base.ts';

const options = library();

// What is optional, tsup would take into the bundle.
export default { ...options, external: [...(options.external ?? []), '@coracle/storage-lmdb'] };
