import { describe, expect, it } from 'vitest';
import { accessWarning, isEverywhere, originOf } from './addresses.ts';

describe('originOf', () => {
  it.each([
    ['127.0.0.1', 'http://127.0.0.1:4747'],
    ['localhost', 'http://localhost:4747'],
    ['::1', 'http://[::1]:4747'],
    ['0.0.0.0', 'http://localhost:4747'],
    ['::', 'http://localhost:4747'],
  ])('reaches a server on %s at %s', (host, origin) => {
    expect(originOf({ scheme: 'http', host, port: 4747 })).toBe(origin);
  });

  it('says https for a server with a certificate, and leaves out the default port', () => {
    expect(originOf({ scheme: 'https', host: 'localhost', port: 4747 })).toBe('https://localhost:4747');
    expect(originOf({ scheme: 'https', host: 'localhost', port: 443 })).toBe('https://localhost');
  });
});

describe('isEverywhere', () => {
  it('tells hosts that no client could be told', () => {
    expect(['0.0.0.0', '::', '127.0.0.1', 'localhost'].map(isEverywhere)).toEqual([true, true, false, false]);
  });
});

describe('accessWarning', () => {
  const open = { isOpen: true, isEncrypted: false };
  it('says who reaches a server that listens at other addresses than those of loopback', () => {
    expect(accessWarning({ ...open, host: '0.0.0.0', port: '4747' })).toBe(
      'access is open, so anyone who reaches 0.0.0.0:4747 can read, push and delete everything.',
    );
    expect(accessWarning({ ...open, host: '::', port: '80' })).toContain(' reaches [::]:80 can ');
    for (const host of ['192.168.1.2', 'box.example.com', '127.0.0.1.example.com', '::ffff:10.0.0.1']) {
      expect(accessWarning({ ...open, host, port: '4747' })).toContain(host);
    }
  });

  it('says that a closed server without TLS is not safe to reach', () => {
    const closed = { isOpen: false, host: '0.0.0.0', port: '4747' };
    expect(accessWarning({ ...closed, isEncrypted: false })).toMatch(
      /^passwords and tokens travel to 0\.0\.0\.0:4747 un/,
    );
    expect(accessWarning({ ...closed, isEncrypted: true })).toBeUndefined();
  });

  it('is silent about the loopback address', () => {
    for (const host of ['127.0.0.1', '127.1.2.3', 'localhost', 'LOCALHOST', '::1']) {
      expect(accessWarning({ ...open, host, port: '4747' })).toBeUndefined();
    }
  });
});
