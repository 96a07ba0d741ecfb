import { describe, expect, it } from 'vitest';
import { answersFor, isHostRule, nameOf } from './hosts.ts';

const rules = { host: '127.0.0.1', endpoint: undefined, allowHosts: [] };
const answers = (host: string, changes: Partial<Parameters<typeof answersFor>[1]> = {}): boolean | 'no host' => {
  const name = nameOf(host);
  return name === undefined ? 'no host' : answersFor(name, { ...rules, ...changes });
};

describe('a server answers', () => {
  it.each([
    ['docker and podman on the same machine', 'localhost:4747'],
    ['docker by its address', '127.0.0.1:4747'],
    ['docker by IPv6', '[::1]:4747'],
    ['a container of Docker Desktop', 'host.docker.internal:4747'],
    ['a container of podman', 'host.containers.internal:4747'],
    ['kind, whose registry is a container of its network', 'kind-registry:5000'],
    ['k3d', 'k3d-registry.localhost:5000'],
    ['compose, by the name of the service', 'registry:4747'],
    ['a service of GitHub Actions', 'localhost:49153'],
    ['a job of GitHub Actions in a container', 'coracle:4747'],
    ['a pod of Kubernetes', 'registry.default.svc.cluster.local'],
    ['a pod of Kubernetes, by a shorter name', 'registry.default.svc:80'],
    ['a router at home', 'nas.home.arpa'],
    ['a name for tests, as upper case', 'Registry.TEST'],
    ['a proxy that passes on the address of the machine', '192.168.1.20'],
    ['ECR’s own client, redirected', '123456789012.dkr.ecr.eu-west-1.amazonaws.com'],
    ['docker, with public.ecr.aws in its hosts file', 'public.ecr.aws'],
    ['an SDK, redirected', 'api.ecr-public.us-east-1.amazonaws.com:443'],
    ['an SDK, redirected in China', 'api.ecr.cn-north-1.amazonaws.com.cn'],
    ['a name with the dot of the root', 'localhost.:4747'],
  ])('%s', (_, host) => {
    expect(answers(host)).toBe(true);
  });

  it('the same names with the dot of the root', () => {
    expect(answers('reg.example.com.', { endpoint: new URL('https://reg.example.com.') })).toBe(true);
    expect(answers('box.example.com', { host: 'box.example.com.' })).toBe(true);
  });

  it('its endpoint, its --host and what --allow-host names', () => {
    expect(answers('reg.example.com', { endpoint: new URL('https://reg.example.com') })).toBe(true);
    expect(answers('box.example.com', { host: 'Box.example.com' })).toBe(true);
    expect(answers('a.example.com', { allowHosts: ['A.example.com'] })).toBe(true);
    expect(answers('a.b.example.com', { allowHosts: ['*.example.com'] })).toBe(true);
    expect(answers('example.com', { allowHosts: ['*.example.com'] })).toBe(false);
    expect(answers('badexample.com', { allowHosts: ['*.example.com'] })).toBe(false);
    expect(answers('anything.example', { allowHosts: ['*'] })).toBe(true);
  });
});

describe('a server does not answer', () => {
  it.each([
    'attacker.example:4747',
    'example.com',
    'EXAMPLE.com.',
    '127.0.0.1.attacker.example',
    'localhost.attacker.example',
    'attacker-localhost.example',
    'local.example',
    'internal.example.org',
    '123456789012.dkr.ecr.eu-west-1.amazonaws.com.attacker.example',
    'ec2-1-2-3-4.compute-1.amazonaws.com',
    'xn--bcher-kva.example',
    'bücher.example',
  ])('for %s', (host) => {
    expect(answers(host)).toBe(false);
  });

  it.each(['localhost@attacker.example', 'localhost/attacker', 'local host', '[::1', '', 'a:b:c', 'localhost#'])(
    'for %j, which is no host',
    (host) => {
      expect(answers(host)).toBe('no host');
    },
  );
});

it.each([
  ['registry.example.com', true],
  ['*.example.com', true],
  ['*', true],
  ['https://example.com', false],
  ['example.com:80', false],
  ['a b', false],
  ['*.', false],
  ['example.com.', false],
  ['*.*.example', false],
  ['example.*', false],
])('--allow-host %s can be given: %s', (text, can) => {
  expect(isHostRule(text)).toBe(can);
});
