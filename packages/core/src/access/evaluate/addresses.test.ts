import { describe, expect, it } from 'vitest';
import { isInRange, readAddressRange } from './addresses.ts';

function isIn(address: string, range: string): boolean {
  const [inner, outer] = [readAddressRange(address), readAddressRange(range)];
  if (!inner || !outer) throw new Error(`${inner ? range : address} cannot be read`);
  return isInRange(inner, outer);
}

describe('an address', () => {
  it.each([
    ['10.1.2.3', '10.0.0.0/8'],
    ['10.1.2.3', '10.9.9.9/8'],
    ['10.1.2.3', '10.1.2.3'],
    ['10.1.2.3', '10.1.2.3/32'],
    ['192.0.2.127', '192.0.2.0/25'],
    ['255.255.255.255', '0.0.0.0/0'],
    ['2001:db8::1', '2001:DB8::/32'],
    ['2001:db8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:db8:8000::', '2001:db8:8000::/33'],
    ['::1', '::/0'],
    ['1::', '1:0:0:0:0:0:0:0'],
    ['::ffff:10.1.2.3', '10.0.0.0/8'],
    ['10.1.2.3', '::ffff:10.0.0.0/104'],
    ['::ffff:a01:203', '10.1.2.3'],
    ['0:0:0:0:0:ffff:10.1.2.3', '10.1.2.3'],
    ['64:ff9b::192.0.2.1', '64:ff9b::c000:201'],
    ['10.1.0.0/16', '10.0.0.0/8'],
  ])('%s is in %s', (address, range) => {
    expect(isIn(address, range)).toBe(true);
  });

  it.each([
    ['11.1.2.3', '10.0.0.0/8'],
    ['192.0.2.128', '192.0.2.0/25'],
    ['10.1.2.3', '::/0'],
    ['::1', '0.0.0.0/0'],
    ['2001:db9::1', '2001:db8::/32'],
    ['2001:db8::1', '2001:db8:8000::/33'],
    ['10.0.0.0/8', '10.0.0.0/16'],
  ])('%s is not in %s', (address, range) => {
    expect(isIn(address, range)).toBe(false);
  });

  it.each([
    '',
    'x',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '01.2.3.4',
    '1.2.3.4/33',
    '1.2.3.4/',
    '1.2.3.4/-1',
    '1.2.3.4/8/8',
    ' 1.2.3.4',
    '::/129',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1::2::3',
    '12345::',
    'g::',
    ':',
    ':::',
    '1.2.3.4::',
    '::1.2.3.4::',
    '::1.2.3.4:1',
    '1:2:3:4:5:6:7:1.2.3.4',
    ':1.2.3.4',
    '::1.2.3',
    'fe80::1%eth0',
    '1:2:3:4:5:6:7::8',
  ])('%j cannot be read', (text) => {
    expect(readAddressRange(text)).toBeUndefined();
  });
});
