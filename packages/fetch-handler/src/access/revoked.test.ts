import { memoryStorage } from '@coracle/storage-memory';
import { describe, expect, it } from 'vitest';
import { account, basic, closed } from '../../test-support/closed.ts';
import { ecr, served } from '../../test-support/served.ts';

async function passwordIn(response: Response): Promise<string> {
  const { authorizationData } = (await response.json()) as { authorizationData: { authorizationToken: string }[] };
  return atob(authorizationData[0]?.authorizationToken ?? '').slice('AWS:'.length);
}

const tokenIn = async (response: Response) => ((await response.json()) as { token: string }).token;

describe('a token', () => {
  it('that a stranger got while access was open is refused once access is closed', async () => {
    const storage = memoryStorage();
    const open = served({}, { accountId: account, storage });
    const authorization = `AWS4-HMAC-SHA256 Credential=${account}/20261129/us-east-1/ecr/aws4_request, SignedHeaders=host, Signature=0`;
    const password = await passwordIn(await open.call(ecr('GetAuthorizationToken'), {}, { authorization }));
    const login = { headers: { authorization: basic('AWS', password) } };
    const short = await tokenIn(await open.fetch('/token', login));
    expect((await open.fetch('/v2/', login)).status).toBe(200);

    const { fetch, engine } = closed({}, {}, { storage, clock: Date.now });
    expect((await fetch('/v2/_catalog', login)).status).toBe(401);
    expect((await fetch('/v2/_catalog', { headers: { authorization: `Bearer ${short}` } })).status).toBe(401);
    expect((await fetch('/token', login)).status).toBe(401);
    // The program itself may issue tokens.
    const { authorizationData } = await engine.ecr.getAuthorizationToken();
    const ofProgram = `Basic ${authorizationData?.[0]?.authorizationToken}`;
    expect((await fetch('/v2/_catalog', { headers: { authorization: ofProgram } })).status).toBe(200);
  });
});
