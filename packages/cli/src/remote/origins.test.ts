import { describe, expect, it } from 'vitest';
import { checkTarget, isThisMachine, mayGetPassword } from './origins.ts';

const home = (origin: string, insecure = false) => ({ origin, insecure });

describe('checkTarget', () => {
  it.each([
    ['https://a.example', 'https://cdn.example/x'],
    ['https://a.example', 'https://a.example/x'],
    ['http://a.example', 'http://a.example/x'],
    ['http://127.0.0.1:5000', 'http://127.0.0.1:9000/x'],
    ['http://localhost:5000', 'https://cdn.example/x'],
  ])('lets %s send the client to %s', (origin, target) => {
    expect(() => checkTarget(new URL(target), home(origin), 'Location')).not.toThrow();
  });

  it.each([
    ['https://a.example', 'http://a.example/x', 'not encrypted'],
    ['https://a.example', 'http://b.example/x', 'not encrypted'],
    ['https://a.example', 'http://127.0.0.1/x', 'an address of this machine'],
    ['https://a.example', 'https://localhost/x', 'an address of this machine'],
    ['https://a.example', 'http://[::1]/x', 'an address of this machine'],
    ['https://a.example', 'http://[::ffff:127.0.0.1]/x', 'an address of this machine'],
    ['https://a.example', 'http://2130706433/x', 'an address of this machine'],
    ['https://a.example', 'http://0/x', 'an address of this machine'],
    ['https://a.example', 'http://169.254.169.254/latest/meta-data', 'an address of this machine'],
    ['https://a.example', 'http://[::ffff:169.254.169.254]/', 'an address of this machine'],
    ['https://a.example', 'http://[fe80::1]/x', 'an address of this machine'],
    ['https://a.example', 'file:///etc/passwd', 'not a web address'],
  ])('does not let %s send the client to %s', (origin, target, why) => {
    for (const insecure of [false, true]) {
      if (insecure && why === 'not encrypted') continue;
      expect(() => checkTarget(new URL(target), home(origin, insecure), 'Location')).toThrow(why);
    }
  });
});

describe('mayGetPassword', () => {
  it.each([
    ['https://a.example', 'https://auth.example/token', true],
    ['https://a.example', 'http://auth.example/token', false],
    ['http://a.example', 'http://a.example/token', true],
    ['http://a.example', 'http://127.0.0.1/token', false],
    ['http://127.0.0.1:5000', 'http://localhost:5001/token', true],
    ['http://127.0.0.1:5000', 'http://auth.example/token', false],
  ])('of %s for the realm %s is %s', (origin, realm, may) => {
    expect(mayGetPassword(new URL(realm), home(origin, true))).toBe(may);
  });
});

it.each([
  ['localhost', true],
  ['a.localhost', true],
  ['127.9.9.9', true],
  ['[::1]', true],
  ['[::ffff:7f00:1]', true],
  // 7.240.0.1
  ['[::ffff:7f0:1]', false],
  ['127.example.com', false],
  ['localhost.example', false],
  ['10.0.0.1', false],
])('isThisMachine of %s is %s', (host, is) => {
  expect(isThisMachine(host)).toBe(is);
});
