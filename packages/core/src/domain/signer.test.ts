import { memoryStorage } from '@coracle/storage-memory';
import { describe, expect, it } from 'vitest';
import { sequentialVersions } from '../../test-support/context.ts';
import { storageWith } from '../../test-support/storage.ts';
import { defaultHasher } from '../digest/hasher.ts';
import { portableHasher } from '../digest/portable-hasher.ts';
import { Store } from '../storage/commit.ts';
import type { Storage } from '../storage/port.ts';
import { Signer, type SignerOptions } from './signer.ts';

let engines = 0;
function signerOn(storage: Storage, options: Partial<SignerOptions> = {}): Signer {
  const versions = sequentialVersions();
  const engine = engines++;
  const store = new Store(
    () => storage,
    () => `${engine}-${versions()}`,
  );
  return new Signer({ store, hasher: defaultHasher, registry: 'ours', ...options });
}
const newSigner = (...secrets: string[]) => signerOn(memoryStorage(), secrets.length === 0 ? {} : { secrets });

describe('a sealed token', () => {
  it.each(['', 'a', 'ab', 'abc', '{"after":"tag/v1"}', 'Größe 🛶', '\uFEFFx', '.', 'x'.repeat(1500)])(
    'opens to %j',
    async (payload) => {
      const signer = newSigner();
      const token = await signer.seal('scope', payload);
      // A program would take a first `-` as the start of an option.
      expect(token).toMatch(/^t[A-Za-z0-9_-]{27,}$/);
      expect(await signer.open('scope', token)).toBe(payload);
    },
  );

  it('opens for its own scope only', async () => {
    const signer = newSigner();
    const token = await signer.seal('page', ':x');
    for (const scope of ['', 'pag', 'page:', 'PAGE', 'page ', '4:page'])
      expect(await signer.open(scope, token)).toBeUndefined();
  });

  it('shows nothing of its payload, and is the same for the same payload', async () => {
    const signer = newSigner();
    const payload = 'a secret name'.repeat(20);
    const token = await signer.seal('page', payload);
    const bytes = Buffer.from(token.slice(1), 'base64url').toString('latin1');
    expect(bytes).not.toContain('secret');
    expect(await signer.seal('page', payload)).toBe(token);
    const other = await signer.seal('page', `b${payload.slice(1)}`);
    const [one, two] = [token, other].map((text) => Buffer.from(text.slice(1), 'base64url').subarray(4));
    const same = one?.filter((byte, i) => byte === two?.[i]).length ?? Number.POSITIVE_INFINITY;
    // Two random texts of 276 bytes agree in one byte.
    expect(same).toBeLessThan(12);
  });

  it('cannot be made into one of a longer scope with a shorter payload', async () => {
    const signer = newSigner();
    const token = Buffer.from((await signer.seal('page', ':x')).slice(1), 'base64url');
    const shorter = `t${Buffer.concat([token.subarray(0, 20), token.subarray(21)]).toString('base64url')}`;
    expect(await signer.open('page:', shorter)).toBeUndefined();
  });

  it.each(['', 'a', 'ab', 'abc', 'abcd', '\uFFFD'])(
    'of %j does not open when any one character is another',
    async (payload) => {
      const signer = newSigner();
      const token = await signer.seal('scope', payload);
      const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.+/= ';
      for (let at = 0; at <= token.length; at++) {
        for (const character of alphabet) {
          const altered = token.slice(0, at) + character + token.slice(at + 1);
          if (altered !== token) expect(await signer.open('scope', altered), altered).toBeUndefined();
        }
      }
    },
  );

  it.each(['', '.', '..', 'a', 'YQ', 'YQ.', '.00', 'YQ.0.0', '🛶', 'A'.repeat(10_000)])('is not %j', async (token) => {
    expect(await newSigner().open('scope', token)).toBeUndefined();
  });
});

describe('the secret', () => {
  it('is another one for each storage, and stays with it', async () => {
    const storage = memoryStorage();
    const token = await signerOn(storage).seal('scope', 'x');
    expect(await signerOn(storage).open('scope', token)).toBe('x');
    expect(await newSigner().open('scope', token)).toBeUndefined();
  });

  it('is agreed upon by processes that start at once', async () => {
    const storage = memoryStorage();
    const signers = Array.from({ length: 5 }, () => signerOn(storage));
    const tokens = await Promise.all(signers.map((signer) => signer.seal('scope', 'x')));
    expect(new Set(tokens).size).toBe(1);
  });

  it('is not stored if it is given', async () => {
    const storage = memoryStorage();
    const token = await signerOn(storage, { secrets: ['given'] }).seal('scope', 'x');
    expect((await storage.records.list({ prefix: '', limit: 10 })).entries).toEqual([]);
    expect(await newSigner('given').open('scope', token)).toBe('x');
    expect(await newSigner('other').open('scope', token)).toBeUndefined();
  });

  it('is not made to open a token, which nobody can have made', async () => {
    const storage = memoryStorage();
    const token = await newSigner().seal('page', 'x');
    const signer = signerOn(storage);
    expect(await signer.open('page', token)).toBeUndefined();
    expect(await storage.records.getMany(['secret'])).toEqual([undefined]);
    expect(await signer.open('page', await signerOn(storage).seal('page', 'y'))).toBe('y');
  });

  it('may be replaced: the first one seals, and each one opens', async () => {
    const [old, fresh] = [await newSigner('old').seal('scope', 'x'), await newSigner('new').seal('scope', 'x')];
    const both = newSigner('new', 'old');
    expect(await both.open('scope', old)).toBe('x');
    expect(await both.seal('scope', 'x')).toBe(fresh);
    expect(await newSigner('old').open('scope', fresh)).toBeUndefined();
    expect(await newSigner('new').open('scope', old)).toBeUndefined();
  });

  it('of two registries does not open the tokens of the other one', async () => {
    const options = { secrets: ['shared'] };
    const token = await signerOn(memoryStorage(), options).seal('scope', 'x');
    expect(await signerOn(memoryStorage(), options).open('scope', token)).toBe('x');
    expect(await signerOn(memoryStorage(), { ...options, registry: 'theirs' }).open('scope', token)).toBeUndefined();
  });

  it('in a storage belongs to its registry, under each name', async () => {
    const storage = memoryStorage();
    const token = await signerOn(storage, { registry: 'localhost:4747' }).seal('scope', 'x');
    expect(await signerOn(storage, { registry: 'localhost:4748' }).open('scope', token)).toBe('x');
  });

  it('does not depend on the hasher', async () => {
    const storage = memoryStorage();
    const portable = signerOn(storage, { hasher: portableHasher });
    expect(await signerOn(storage).open('scope', await portable.seal('scope', 'x'))).toBe('x');
  });

  it('is read again at the next use where the storage failed', async () => {
    const inner = memoryStorage();
    let fails = true;
    const storage = storageWith(inner, {
      records: {
        getMany: async (keys) => {
          if (fails) throw new Error('away');
          return inner.records.getMany(keys);
        },
      },
    });
    const signer = signerOn(storage);
    await expect(signer.seal('scope', 'x')).rejects.toThrow('away');
    fails = false;
    expect(await signer.open('scope', await signer.seal('scope', 'x'))).toBe('x');
  });

  it('is read by each who needs it, until one has it: a read of a request that is no more never ends', async () => {
    const inner = memoryStorage();
    let reads = 0;
    const storage = storageWith(inner, {
      records: { getMany: (keys) => (reads++ === 0 ? new Promise(() => {}) : inner.records.getMany(keys)) },
    });
    const signer = signerOn(storage);
    void signer.seal('scope', 'x');
    const token = await signer.seal('scope', 'x');
    const before = reads;
    expect(await signer.open('scope', token)).toBe('x');
    expect(reads).toBe(before);
  });

  it('is read again once it is forgotten', async () => {
    const storage = memoryStorage();
    const signer = signerOn(storage);
    const token = await signer.seal('scope', 'x');
    await storage.records.commit({ remove: ['secret'] });
    expect(await signer.open('scope', token)).toBe('x');
    signer.forget();
    expect(await signer.open('scope', token)).toBeUndefined();
  });

  it('is another one once all that was stored has gone', async () => {
    const inner = memoryStorage();
    const storage = storageWith(inner, { records: { generation: 0 } });
    const signer = signerOn(storage);
    const token = await signer.seal('scope', 'x');
    await inner.records.commit({ remove: ['secret'] });
    Object.assign(storage.records, { generation: 1 });
    expect(await signer.open('scope', token)).toBeUndefined();
    expect(await signerOn(storage).open('scope', await signer.seal('scope', 'x'))).toBe('x');
  });
});
