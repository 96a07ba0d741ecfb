/** A registry on Node's http server, as `coracle serve` runs it. */

export type { Access } from './serve/access.ts';
export type { Collecting } from './serve/collecting.ts';
export { type NodeListenerOptions, nodeListener } from './serve/node-listener.ts';
export type { ServeOptions, Timeouts } from './serve/options.ts';
export type { TlsOptions } from './serve/tls.ts';
export { type RunningServer, type StopOptions, serve } from './serve.ts';
