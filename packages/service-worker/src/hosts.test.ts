import { describe, expect, it } from 'vitest';
import { type Hosts, matcherOf } from './hosts.ts';

const site = new URL('http://localhost:5173/sw.js');
const answers = (hosts: Hosts, url: string, at = site) => matcherOf(hosts, at)(new URL(url));

describe('a list of hosts', () => {
  it.each<[string, string]>([
    ['registry.example', 'https://registry.example/v2/'],
    ['registry.example', 'http://registry.example:80/'],
    ['REGISTRY.Example', 'https://registry.example/'],
    ['registry.example:443', 'https://registry.example/'],
    ['registry.example:80', 'http://registry.example/'],
    ['bücher.example', 'https://xn--bcher-kva.example/'],
    ['localhost:4747', 'http://localhost:4747/v2/'],
    ['localhost:04747', 'http://localhost:4747/v2/'],
    ['127.0.0.1:4747', 'http://127.0.0.1:4747/'],
    ['[::1]:4747', 'http://[::1]:4747/'],
    ['[::1]', 'http://[::1]/'],
    ['*.registry.example', 'https://one.registry.example/'],
    ['*.registry.example', 'https://one.two.registry.example/'],
    ['*.registry.example:8443', 'https://one.registry.example:8443/'],
    ['*.dkr.ecr.us-east-1.amazonaws.com', 'https://123456789012.dkr.ecr.us-east-1.amazonaws.com/v2/'],
  ])('with %s answers %s', (host, url) => {
    expect(answers(['other.example', host], url)).toBe(true);
  });

  it.each<[string, string]>([
    ['registry.example', 'https://one.registry.example/'],
    ['registry.example', 'https://registry.example.org/'],
    ['registry.example', 'https://notregistry.example/'],
    ['registry.example', 'https://registry.example:8443/'],
    ['registry.example', 'https://other.example/registry.example'],
    ['registry.example:443', 'http://registry.example/'],
    ['registry.example:80', 'https://registry.example/'],
    ['localhost:4747', 'http://localhost:4748/'],
    ['*.registry.example', 'https://registry.example/'],
    ['*.registry.example', 'https://notregistry.example/'],
    ['*.registry.example', 'https://one.registry.example:8443/'],
  ])('with %s leaves %s alone', (host, url) => {
    expect(answers([host], url)).toBe(false);
  });

  const form = "must be a host name such as 'registry.example', 'localhost:4747' or '*.registry.example', not";

  it.each<[unknown, string]>([
    ['https://registry.example', `hosts[0] ${form} 'https://registry.example'; did you mean 'registry.example'?`],
    ['HTTPS://Registry.Example:8443/v2/', "; did you mean 'registry.example:8443'?"],
    ['registry.example/', "; did you mean 'registry.example'?"],
    ['registry.example/v2', "; did you mean 'registry.example'?"],
    ['user@registry.example', "; did you mean 'registry.example'?"],
    ['', `hosts[0] ${form} ''`],
    ['*', `hosts[0] ${form} '*'`],
    ['*.', `hosts[0] ${form} '*.'`],
    ['registry.*', `hosts[0] ${form} 'registry.*'`],
    ['*.*.example', `hosts[0] ${form} '*.*.example'`],
    ['registry example', `hosts[0] ${form} 'registry example'`],
    ['registry.example:99999', `hosts[0] ${form} 'registry.example:99999'`],
    ['::1', `hosts[0] ${form} '::1'`],
    [7, `hosts[0] ${form} Number`],
    [new URL('https://registry.example'), `hosts[0] ${form} URL`],
  ])('refuses %j', (host, message) => {
    const refused = () => matcherOf([host] as string[], site);
    expect(refused).toThrow(TypeError);
    expect(refused).toThrow(message);
  });

  it('says which entry is wrong', () => {
    expect(() => matcherOf(['registry.example', 'a/b'], site)).toThrow(/^hosts\[1\] must be/);
  });

  it('is not empty', () => {
    expect(() => matcherOf([], site)).toThrow(
      new TypeError("hosts is an empty list: add the host name of the registry, such as 'registry.example'"),
    );
  });

  it.each<[string, string]>([
    ['localhost:5173', 'http://localhost:5173/sw.js'],
    ['LOCALHOST:5173', 'http://localhost:5173/sw.js'],
    ['app.example', 'https://app.example/sw.js'],
    ['app.example:443', 'https://app.example/sw.js'],
    ['*.example', 'https://app.example/sw.js'],
  ])('has no room for the site’s own host: %s at %s', (host, at) => {
    expect(() => matcherOf(['registry.example.org', host], new URL(at))).toThrow(
      `hosts[1] is '${host}', which includes the host of this site, '${new URL(at).host}'. The registry would answer the site's own files with 404. Use another host name, such as 'registry.example', which need not exist, or a function`,
    );
  });

  it('may have another port of the site’s own machine', () => {
    expect(answers(['localhost:4747'], 'http://localhost:4747/')).toBe(true);
  });
});

describe('a function', () => {
  it('decides by the URL, also for the host of the site', () => {
    const hosts = ({ pathname }: URL) => pathname.startsWith('/v2/');
    expect(answers(hosts, 'http://localhost:5173/v2/web/tags/list')).toBe(true);
    expect(answers(hosts, 'http://localhost:5173/index.html')).toBe(false);
  });

  it.each<[string, unknown]>([
    ['Promise', Promise.resolve(false)],
    ['Undefined', undefined],
    ["'yes'", 'yes'],
  ])('returns true or false, not %s', (shown, result) => {
    expect(() => answers((() => result) as never, 'https://registry.example/')).toThrow(
      new TypeError(`The function hosts must return true or false, not ${shown}, and it must not be async`),
    );
  });
});

it.each<unknown>(['registry.example', undefined, { host: 'registry.example' }])('hosts cannot be %j', (hosts) => {
  expect(() => matcherOf(hosts as never, site)).toThrow(
    /^hosts must be a list of host names such as \['registry\.example'\], or a function such as/,
  );
});
