/** A registry on Node's http server, as `coracle serve` runs it. */

export type { Access } from './serve/access.ts';
export type { Collecting } from './serve/collecting.ts';
export { type NodeListenerOptions, nodeListener } from './serve/node-listener.ts';
export { type RunningServer, type ServeOptions, type StopOptions, serve, type Timeouts } from './serve.ts';
