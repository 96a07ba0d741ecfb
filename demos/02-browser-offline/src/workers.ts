import { type ConnectedRegistry, connectRegistry } from '@coracle/registry/web-worker';

/** Starts the registry in a worker. All tabs share the worker, so each tab gets the events of the others. */
export const startRegistry = (): Promise<ConnectedRegistry> =>
  // Some browsers of phones have no shared workers. There, each tab has a worker of its own, on the same database.
  connectRegistry('SharedWorker' in globalThis ? new SharedWorker('worker.js') : new Worker('worker.js'));

/** Waits until the service worker answers the requests of this page: its files, and the host of the registry. */
export async function startServiceWorker(): Promise<void> {
  const { serviceWorker } = navigator;
  if (!serviceWorker) throw new Error('This page needs a service worker: open it by https://, or on localhost.');
  const registration = await serviceWorker.register('sw.js');
  const { active } = await Promise.race([serviceWorker.ready, refusalOf(registration)]);
  if (serviceWorker.controller) return;
  const claimed = new Promise((resolve) => serviceWorker.addEventListener('controllerchange', resolve, { once: true }));
  active?.postMessage('claim');
  await claimed;
}

/** Rejects if the browser cannot install the first service worker of the page. `serviceWorker.ready` then never settles. */
function refusalOf({ active, waiting, installing }: ServiceWorkerRegistration): Promise<never> {
  return new Promise((_, reject) => {
    const check = (): void => {
      if (active || waiting || (installing && installing.state !== 'redundant')) return;
      reject(
        new Error('The service worker cannot be installed, because a file of this page cannot be loaded or stored.'),
      );
    };
    installing?.addEventListener('statechange', check);
    check();
  });
}
