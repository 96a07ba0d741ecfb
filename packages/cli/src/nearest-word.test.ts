import { expect, it } from 'vitest';
import { nearestWord } from './nearest-word.ts';

const words = ['port', 'host', 'data', 'allow-host', 'create-on-push', 'tls-cert', 'tls-key'];

it.each([
  ['prot', 'port'],
  ['posrt', 'port'],
  ['PORT', 'port'],
  ['allow-hosts', 'allow-host'],
  ['create_on_push', 'create-on-push'],
  ['cert', 'tls-cert'],
  ['host', 'host'],
])('takes %s for %s', (written, word) => {
  expect(nearestWord(written, words)).toBe(word);
});

it.each(['verbose', 'x', '', 'tls-certificate-file'])('takes %j for no word', (written) => {
  expect(nearestWord(written, words)).toBeUndefined();
});
