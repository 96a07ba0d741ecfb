import { describe, expect, it } from 'vitest';
import { keys } from './keys.ts';

const id = '00000000-0000-4000-8000-000000000001';
const digest = `sha512:${'f'.repeat(128)}`;
const tag = 'x'.repeat(300);
const latest = 999_999_999_999_999;

describe('keys', () => {
  it('are at most 512 bytes of ASCII at their longest', () => {
    const registry = 'private/123456789012/us-gov-northwest-1';
    const longest: Record<keyof typeof keys, string> = {
      secret: keys.secret,
      registry: keys.registry(registry),
      alias: keys.alias('x'.repeat(256)),
      count: keys.count(registry, 15),
      repositories: keys.repositories(registry),
      repository: keys.repository(registry, 'x'.repeat(256)),
      usage: keys.usage(id),
      policy: keys.policy(id),
      resourceTags: keys.resourceTags(id),
      catalog: keys.catalog(id),
      logo: keys.logo(id),
      image: keys.image(id, digest),
      pushedAll: keys.pushedAll(id),
      pushed: keys.pushed(id, latest, digest),
      pushedTags: keys.pushedTags(id, latest, digest),
      pushedTag: keys.pushedTag(id, latest, digest, tag),
      afterPushed: keys.afterPushed(keys.pushed(id, latest, digest)),
      tags: keys.tags(id),
      tag: keys.tag(id, tag),
      tagManifest: keys.tagManifest(id, tag),
      parents: keys.parents(id, digest),
      parent: keys.parent(id, digest, digest),
      referrer: keys.referrer(id, digest, digest),
      referrers: keys.referrers(id, digest),
      typedReferrers: keys.typedReferrers(id, digest, 'f'.repeat(16)),
      typedReferrer: keys.typedReferrer(id, digest, 'f'.repeat(16), digest),
      layer: keys.layer(id, digest),
      content: keys.content(digest),
      contentTable: keys.contentTable(digest, 999),
      upload: keys.upload(id, id),
      parts: keys.parts(id, id),
      part: keys.part(id, id, latest),
      gone: keys.gone(id),
      lease: keys.lease(latest, id),
      under: keys.under(id).join(''),
    };
    for (const [name, key] of Object.entries(longest)) {
      expect(key, name).toMatch(/^[\x21-\x7e]{1,512}$/);
    }
  });

  it('sort pushes by time, then by digest', () => {
    const times = [0, 9, 10, 1_000, 1_767_225_600_000, 9_999_999_999_999];
    const pushed = times.flatMap((time) => ['sha256:0', 'sha256:f'].map((one) => keys.pushed(id, time, one)));
    expect([...pushed].sort()).toEqual(pushed);
  });

  it('sort an image before its tags, its tags before what comes after them, and that before the next image', () => {
    const one = keys.pushed(id, 1, 'sha256:0');
    const inOrder = [
      one,
      ...['-', '.', '0', 'A', '_', 'z', 'zz'].map((name) => keys.pushedTag(id, 1, 'sha256:0', name)),
      keys.afterPushed(one),
      keys.pushed(id, 1, 'sha256:1'),
      keys.pushed(id, 2, 'sha256:0'),
    ];
    expect([...inOrder].sort()).toEqual(inOrder);
  });

  it('sort parts by their first byte', () => {
    const parts = [0, 5, 10, 99, 100, 20_971_520, 10_485_760_000].map((first) => keys.part(id, id, first));
    expect([...parts].sort()).toEqual(parts);
  });
});
