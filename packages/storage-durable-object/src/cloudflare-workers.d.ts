/**
 * The part that is used of a module that workerd has built in. A project that deploys a Worker has Cloudflare's own
 * declarations.
 */
declare module 'cloudflare:workers' {
  export abstract class DurableObject<Env = unknown> {
    protected readonly ctx: import('./bindings.ts').ObjectState;
    protected readonly env: Env;
    constructor(ctx: import('./bindings.ts').ObjectState, env: Env);
  }
}
