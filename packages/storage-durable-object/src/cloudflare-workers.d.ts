/**
 * Declares the part of workerd's module `cloudflare:workers` that this package uses. A project that deploys a Worker
 * has Cloudflare's own declarations instead.
 */
declare module 'cloudflare:workers' {
  export abstract class DurableObject<Env = unknown> {
    protected readonly ctx: import('./bindings.ts').ObjectState;
    protected readonly env: Env;
    constructor(ctx: import('./bindings.ts').ObjectState, env: Env);
  }
}
