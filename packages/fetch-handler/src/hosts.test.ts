import { describe, expect, it } from 'vitest';
import { isHostOf } from './hosts.ts';

describe('isHostOf', () => {
  it.each([
    ['https://reg.example.com', 'reg.example.com'],
    ['https://reg.example.com', 'reg.example.com:443'],
    ['http://reg.example.com', 'reg.example.com:80'],
    ['http://reg.example.com', 'REG.example.com'],
    ['https://reg.example.com:8443', 'reg.example.com:8443'],
    ['http://[::1]:4747', '[0:0::1]:4747'],
  ])('%s is reached at %s', (origin, host) => {
    expect(isHostOf(new URL(origin), host)).toBe(true);
  });

  it.each([
    ['https://reg.example.com', 'reg.example.com:80'],
    ['http://reg.example.com', 'reg.example.com:443'],
    ['https://reg.example.com:8443', 'reg.example.com'],
    ['https://reg.example.com', 'example.com'],
    ['https://reg.example.com', ''],
    ['https://reg.example.com', 'not a host'],
    ['https://reg.example.com', 'reg.example.com:99999'],
  ])('%s is not reached at %j', (origin, host) => {
    expect(isHostOf(new URL(origin), host)).toBe(false);
  });
});
