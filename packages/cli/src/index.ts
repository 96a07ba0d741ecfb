/** This package serves a registry over HTTP on Node, as the command `coracle serve` does. */

export type { Access } from './serve/access.ts';
export type { Collecting } from './serve/collecting.ts';
export { type NodeListenerOptions, nodeListener } from './serve/node-listener.ts';
export type { ServeOptions, Timeouts } from './serve/options.ts';
export type { TlsOptions } from './serve/tls.ts';
export { type RunningServer, type StopOptions, serve } from './serve.ts';
