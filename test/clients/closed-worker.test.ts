import { join } from 'node:path';
import { buildImage } from '@coracle/registry';
import type { Miniflare } from 'miniflare';
import { afterAll, beforeAll, expect } from 'vitest';
import { key, signed, user } from '../raw-http/closed/credentials.ts';
import { test as base } from '../support/clients.ts';
import { describeWith, skopeo as skopeoTool } from '../support/describe-with.ts';
import { writeOciLayout } from '../support/oci-layout.ts';
import { Skopeo } from '../support/skopeo.ts';
import { bundled } from '../workers/bundle.ts';
import { describeWithWorkerd, startWorker } from '../workers/miniflare.ts';

/** skopeo on the closed Worker; `closed.test.ts` tests the server. */

const hour = 3_600_000;
const { name, password } = user;

const altered = (token: string, at: number): string =>
  token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);

for (const [storage, where] of [
  ['object', 'a Durable Object'],
  ['kv', 'KV'],
] as const) {
  describeWithWorkerd(`a closed Worker with its records in ${where}`, () => {
    describeWith([skopeoTool], `skopeo on a closed Worker with its records in ${where}`, () => {
      let worker: Miniflare;
      let url: string;

      beforeAll(async () => {
        worker = startWorker(await bundled(new URL('closed-worker.ts', import.meta.url)), {
          host: '127.0.0.1',
          port: 0,
          // skopeo tries HTTPS first. A workerd without HTTPS does not refuse that, so that skopeo waits for ten seconds.
          https: true,
          bindings: {
            STORAGE: storage,
            USERNAME: name,
            PASSWORD: password,
            READONLY_USERNAME: 'bob',
            READONLY_PASSWORD: 'just looking',
            AWS_ACCESS_KEY_ID: key.accessKeyId,
            AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
            TOKEN_SECRET: 'x'.repeat(32),
          },
          kvNamespaces: ['KV'],
          r2Buckets: ['PIECES'],
          durableObjects: { REGISTRY: { className: 'CoracleRegistry', useSQLite: true } },
        });
        url = (await worker.ready).origin;
      });
      afterAll(() => worker?.dispose());

      const test = base.extend<{ push: (to: string, ...creds: string[]) => ReturnType<Skopeo['run']> }>({
        push: async ({ folder }, use) => {
          await writeOciLayout(join(folder, 'from'), await buildImage({ layers: ['one', 'two'] }), 'v1');
          const from = `oci:${folder}/from:v1`;
          await use((to, ...creds) =>
            new Skopeo(folder).run('copy', '--preserve-digests', ...creds, from, `docker://${new URL(url).host}/${to}`),
          );
        },
      });
      /** Sends a request past the socket, whose certificate Node does not know. */
      const send = (path: string, init: object = {}) => worker.dispatchFetch(new URL(path, url), init);
      const moveClock = (ahead: number) => send(`/ahead/${ahead}`);

      /** Calls the API of Amazon ECR, signed at a time of the moved clock. */
      async function call(operation: string, input: object, ahead = 0): Promise<unknown> {
        const target = `AmazonEC2ContainerRegistry_V20150921.${operation}`;
        const request = { host: new URL(url).host, target, body: JSON.stringify(input) };
        const { headers, body } = await signed(request, { at: Date.now() + ahead });
        return (await send('/', { method: 'POST', headers: Object.fromEntries(headers), body })).json();
      }

      /** Returns the password that `aws ecr get-login-password` prints. */
      async function newToken(ahead = 0): Promise<string> {
        const answer = (await call('GetAuthorizationToken', {}, ahead)) as {
          authorizationData: { authorizationToken: string }[];
        };
        return atob(answer.authorizationData[0]?.authorizationToken ?? '').slice('AWS:'.length);
      }

      const creds = (login: string): [string, string] => ['--dest-creds', login];
      const refusal = /unauthorized|invalid username\/password|authentication required|Authentication is required/i;

      test('pushes and pulls with a token, until it expires', async ({ folder, push }) => {
        const skopeo = new Skopeo(folder);
        const { host } = new URL(url);
        await moveClock(0);
        expect(await skopeo.login(host, await newToken())).toContain('Login Succeeded!');
        expect(await push('token/web:v1')).toMatchObject({ code: 0 });
        await skopeo.copy(`docker://${host}/token/web:v1`, `oci:${folder}/to:v1`);
        const { Digest } = JSON.parse(await skopeo.output('inspect', `docker://${host}/token/web:v1`));
        expect(Digest).toBe((await buildImage({ layers: ['one', 'two'] })).digest);
        await moveClock(12 * hour);
        try {
          const late = await push('token/web:v2');
          expect(late.code).not.toBe(0);
          expect(late.stderr).toMatch(refusal);
          const next = await newToken(12 * hour);
          expect(await push('token/web:v2', ...creds(`AWS:${next}`))).toMatchObject({ code: 0 });
        } finally {
          await moveClock(0);
        }
      });

      test('pushes and pulls with a password, and not with a right that its user has not', async ({ folder, push }) => {
        expect(await push('password/web:v1', ...creds(`${name}:${password}`))).toMatchObject({ code: 0 });
        const image = `docker://${new URL(url).host}/password/web:v1`;
        const skopeo = new Skopeo(folder);
        const pull = (login: string) => skopeo.run('copy', '--src-creds', login, image, `oci:${folder}/to:v1`);
        expect(await pull(`${name}:${password}`)).toMatchObject({ code: 0 });
        expect(await pull('bob:just looking')).toMatchObject({ code: 0 });
        const refused = await push('password/web:v2', ...creds('bob:just looking'));
        expect(refused.stderr).toContain("does not have the right 'push'");
      });

      test('is refused with a wrong password, none, and tokens that were altered', async ({ push }) => {
        const token = await newToken();
        const logins = [
          creds(`${name}:wrong`),
          creds(`eve:${password}`),
          [],
          creds(`AWS:${altered(token, token.length - 1)}`),
          creds(`AWS:${altered(token, 10)}`),
          creds(`AWS:${token.slice(0, -4)}`),
          creds('AWS:anonymous'),
        ];
        for (const login of logins) {
          const { code, stderr } = await push('refused/web:v1', ...login);
          expect(code).not.toBe(0);
          expect(stderr).toMatch(refusal);
        }
        const described = await call('DescribeRepositories', { repositoryNames: ['refused/web'] });
        expect(described).toMatchObject({ __type: 'RepositoryNotFoundException' });
      });
    });
  });
}
