import { describe, expect, it } from 'vitest';
import vectors from '../../test-support/sigv4/aws-vectors.json' with { type: 'json' };
import { type BodiedRequest, secretAccessKey, sha256 } from '../../test-support/sigv4/signed.ts';
import { readSignature } from './read-signature.ts';
import { verifySignature } from './verify-signature.ts';

interface SignedForm {
  readonly method: string;
  readonly target: string;
  readonly headers: [string, string][];
  readonly body?: string;
  readonly canonical?: string;
}

interface Vector {
  readonly name: string;
  readonly service?: string;
  readonly signedAt?: string;
  readonly secretAccessKey?: string;
  readonly sessionToken?: string;
  readonly omitSessionToken?: boolean;
  readonly normalize?: boolean;
  readonly header: SignedForm;
  readonly query?: SignedForm;
}

const cases = (vectors as unknown as Vector[]).flatMap((vector) => [
  { vector, form: 'the header', signed: vector.header },
  ...(vector.query ? [{ vector, form: 'the query', signed: vector.query }] : []),
]);

const requestOf = ({ method, target, headers, body = '' }: SignedForm): BodiedRequest => {
  const [, host = ''] = headers.find(([name]) => name === 'Host') ?? [];
  return { method, url: `https://${host}${target}`, headers, body };
};

const optionsOf = (vector: Vector) => ({
  service: vector.service ?? 'service',
  clock: () => Date.parse(vector.signedAt ?? '2015-08-30T12:36:00Z'),
  normalizePath: vector.normalize ?? true,
  signsSessionToken: !vector.omitSessionToken,
});

describe('a signature of the test suite of AWS', () => {
  it('comes in 40 cases in the header, and in 38 in the query', () => {
    expect(cases.map(({ form }) => form).filter((form) => form === 'the header')).toHaveLength(40);
    expect(cases).toHaveLength(78);
  });

  it.each(cases.map((one) => [one.vector.name, one.form, one] as const))(
    'is accepted: %s, in %s',
    async (_, __, { vector, signed }) => {
      const request = requestOf(signed);
      const signature = readSignature(request, optionsOf(vector));
      const bodyHash = sha256(request.body);
      const canonical = `${signature.canonicalHead}\n${signature.announcedHash ?? bodyHash}`;
      expect(canonical).toBe(signed.canonical ?? canonical);

      const key = { secretAccessKey: vector.secretAccessKey ?? secretAccessKey, sessionToken: vector.sessionToken };
      await expect(verifySignature(signature, { bodyHash, findKey: () => key })).resolves.toEqual(signature.claims);
    },
  );
});
