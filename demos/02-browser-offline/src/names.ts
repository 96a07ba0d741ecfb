/** The IndexedDB database of the registry. */
export const database = 'offline-demo';

/** The registry's address in the page. This host does not exist: the service worker answers for it. */
export const endpoint = 'https://registry.example';
