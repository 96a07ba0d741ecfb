import { describe, expect, it } from 'vitest';
import { nameOf, parseReference } from './reference.ts';

const digest = `sha256:${'a'.repeat(64)}`;

describe('parseReference', () => {
  it.each([
    ['alpine', 'docker.io/library/alpine:latest'],
    ['alpine:3.22', 'docker.io/library/alpine:3.22'],
    ['team/web:v1', 'docker.io/team/web:v1'],
    ['docker.io/alpine', 'docker.io/library/alpine:latest'],
    ['index.docker.io/team/web', 'docker.io/team/web:latest'],
    ['localhost/web', 'localhost/web:latest'],
    ['localhost:5000/web', 'localhost:5000/web:latest'],
    ['127.0.0.1:5000/a/b/c:V_1.0-x', '127.0.0.1:5000/a/b/c:V_1.0-x'],
    ['[::1]:5000/web:v1', '[::1]:5000/web:v1'],
    ['HOST/web', 'HOST/web:latest'],
    ['ghcr.io/team/web__api.x--y:v1', 'ghcr.io/team/web__api.x--y:v1'],
    [`ghcr.io/team/web@${digest}`, `ghcr.io/team/web@${digest}`],
    [`ghcr.io/team/web:v1@${digest}`, `ghcr.io/team/web:v1@${digest}`],
    ['123456789012.dkr.ecr.us-east-1.amazonaws.com/web', '123456789012.dkr.ecr.us-east-1.amazonaws.com/web:latest'],
  ])('reads %s as %s', (text, name) => {
    expect(nameOf(parseReference(text))).toBe(name);
  });

  it.each([
    ['', 'the name of the repository'],
    ['https://ghcr.io/web', 'it begins with a protocol'],
    ['ghcr.io/Team/web', 'the name of the repository must have lower-case letters'],
    ['ghcr.io/team//web', 'the name of the repository'],
    ['ghcr.io/team/web/', 'the name of the repository'],
    ['ghcr.io/../web', 'the name of the repository'],
    ['ghcr.io/web?x', 'the name of the repository'],
    ['ghcr.io/web:', "the tag '' must have"],
    ['ghcr.io/web:v 1', "the tag 'v 1' must have"],
    [`ghcr.io/web:${'v'.repeat(129)}`, 'must have at most 128'],
    ['ghcr.io/web@sha256:abc', 'the part after @ must be a digest'],
    ['user@host.example/web', 'the part after @ must be a digest'],
    ['a.b:port/web', "the host 'a.b:port' is invalid"],
    ['[::1/web', 'the host'],
    ['localhost:99999/web', "the host 'localhost:99999' is invalid"],
    ['[::::]:5000/web', 'the host'],
    ['256.0.0.1/web', 'the host'],
    [`ghcr.io/${'a'.repeat(256)}`, 'the name of the repository'],
    ['127.0.0.1:5000', 'it is only a registry, and the name of a repository is missing'],
    ['localhost:5000', 'it is only a registry'],
    ['registry.example.com', 'it is only a registry'],
  ])('refuses %j', (text, why) => {
    expect(() => parseReference(text)).toThrow(TypeError);
    expect(() => parseReference(text)).toThrow(why);
    expect(() => parseReference(text)).toThrow('Write <registry>/<name>:<tag>');
  });
});
