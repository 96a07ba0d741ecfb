import { describe, expect, it } from 'vitest';
import { findRoute } from './router.ts';

const found = (path: string) => {
  const route = findRoute(path);
  return route && `${route.name} ${Object.keys(route.methods)}`;
};

const upload = 'GET,PATCH,PUT,DELETE';

describe('a path below /v2/', () => {
  it.each([
    ['web/blobs/sha256:00', 'web GET,DELETE'],
    ['web/blobs/uploads/', 'web POST'],
    ['web/blobs/uploads', 'web POST'],
    ['web/blobs/uploads/6cb64b8a', `web ${upload}`],
    ['web/manifests/v1', 'web GET,PUT,DELETE'],
    ['web/tags/list', 'web GET'],
    ['a/b/c/manifests/sha256:00', 'a/b/c GET,PUT,DELETE'],
    ['web/referrers/sha256:00', 'web GET'],
  ])('leads somewhere: %s', (path, route) => {
    expect(found(path)).toBe(route);
  });

  it.each([
    ['blobs/blobs/sha256:00', 'blobs GET,DELETE'],
    ['blobs/uploads/manifests/v1', 'blobs/uploads GET,PUT,DELETE'],
    ['referrers/referrers/referrers', 'referrers GET'],
    ['manifests/manifests/manifests', 'manifests GET,PUT,DELETE'],
    ['tags/list/tags/list', 'tags/list GET'],
    ['a/blobs/uploads/blobs/uploads/', 'a/blobs/uploads POST'],
    ['a/manifests/v1/blobs/uploads/x', `a/manifests/v1 ${upload}`],
    ['a/tags/blobs/list', 'a/tags GET,DELETE'],
    ['v2/manifests/list', 'v2 GET,PUT,DELETE'],
  ])('is read from its end: %s', (path, route) => {
    expect(found(path)).toBe(route);
  });

  it('may have escapes', () => {
    expect(found('web/blobs/sha256%3A00')).toBe('web GET,DELETE');
    expect(found('web/manifests/%zz')).toBeUndefined();
    expect(found('%77eb/%6Danifests/v1')).toBe('web GET,PUT,DELETE');
  });

  it('has no slash that is escaped', () => {
    expect(found('a%2Fb/manifests/v1')).toBe('a%2Fb GET,PUT,DELETE');
    expect(found('a%2fb/c/tags/list')).toBe('a%2fb/c GET');
    for (const path of ['a%2Fmanifests/v1', 'a/manifests%2Fv1', 'a/blobs%2Fuploads/', 'a/blobs/uploads%2F%2F']) {
      expect(found(path)?.split(' ')[0]).not.toBe('a/manifests');
    }
    expect(found('a/manifests%2Fv1')).toBeUndefined();
    expect(found('a/blobs%2Fuploads/')).toBeUndefined();
  });

  it.each([
    '_catalog',
    'web',
    'web/',
    'web/tags',
    'web/tags/list/',
    'web/referrers',
    'referrers/sha256:00',
    'manifests/v1',
    '/manifests/v1',
    'blobs/uploads/',
    'tags/list',
  ])('leads nowhere: %s', (path) => {
    expect(found(path)).toBeUndefined();
  });
});
