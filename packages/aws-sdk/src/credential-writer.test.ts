import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CredentialWriter } from './credential-writer.ts';

beforeEach(() => vi.useFakeTimers({ now: new Date('2026-11-21T23:59:59Z') }));
afterEach(() => vi.useRealTimers());

describe('the credential writer', () => {
  const options = { credentials: { accessKeyId: '000000000042' }, region: 'eu-west-1', service: 'ecr' };

  it('names the caller as a signature does', async () => {
    const request = { headers: { host: 'x' } };
    expect(await new CredentialWriter(options).sign(request)).toEqual({
      headers: {
        host: 'x',
        authorization: 'AWS4-HMAC-SHA256 Credential=000000000042/20261121/eu-west-1/ecr/aws4_request',
      },
    });
    expect(request).toEqual({ headers: { host: 'x' } });
  });

  it('asks the client’s providers, and puts the call’s own region and service first', async () => {
    const writer = new CredentialWriter({
      ...options,
      credentials: async () => ({ accessKeyId: 'AKIA' }),
      region: async () => 'us-west-2',
    });
    const sign = async (call?: object) =>
      (await writer.sign({ headers: {} as Record<string, string> }, call)).headers.authorization;
    expect(await sign()).toBe('AWS4-HMAC-SHA256 Credential=AKIA/20261121/us-west-2/ecr/aws4_request');
    expect(await sign({ signingRegion: 'eu-north-1', signingService: 'ecr-public' })).toBe(
      'AWS4-HMAC-SHA256 Credential=AKIA/20261121/eu-north-1/ecr-public/aws4_request',
    );
  });

  it('keeps a request what it is', async () => {
    class HttpRequest {
      headers: Record<string, string> = {};
      method = 'POST';
      clone() {
        return this.method;
      }
    }
    const signed = await new CredentialWriter(options).sign(new HttpRequest());
    expect(signed).toBeInstanceOf(HttpRequest);
    expect(signed.clone()).toBe('POST');
  });
});
