import { isDigest, isOciTag } from '@coracle/registry/core';
import { shown } from './failure.ts';

/** An image in a registry, as docker names it. */
export interface Reference {
  /** The host of the registry, and its port if one was written, such as `ghcr.io` or `localhost:5000`. */
  readonly registry: string;
  /** The name of the repository in the registry, such as `library/alpine`. */
  readonly repository: string;
  /** The tag. Undefined if the image is named by a digest only. */
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

/** The name of Docker Hub in references, and the host that answers requests for it. */
export const dockerHub = { name: 'docker.io', host: 'registry-1.docker.io' } as const;

/** These grammars are those of the package `reference` of the distribution project. */
const hostGrammar = /^(?:\[[0-9a-fA-F:]+\]|[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?)(?::[0-9]{1,5})?$/;
const nameGrammar = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/;
/** A host with or without a port. docker would read `localhost:5000` as the tag 5000 of a repository of Docker Hub. */
const onlyRegistry = /^(?:localhost|[^:/]*\.[^:/]*)(?::[0-9]*)?$/;

/**
 * Reads the name of an image as docker does. The first part of the name is a registry if it contains `.`, `:` or a
 * capital letter, or is `localhost`. Otherwise the registry is Docker Hub. The default of the tag is `latest`.
 * @throws TypeError if the name is invalid
 */
export function parseReference(text: string): Reference {
  const invalid = (why: string): TypeError =>
    new TypeError(`'${shown(text)}' is not the name of an image: ${why}. Write <registry>/<name>:<tag>`);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) throw invalid('it begins with a protocol, which must be left out');
  const [named = '', digest, ...more] = text.split('@');
  if (more.length > 0 || (digest !== undefined && !isDigest(digest))) {
    throw invalid('the part after @ must be a digest, such as sha256:…');
  }
  if (onlyRegistry.test(named)) throw invalid('it is only a registry, and the name of a repository is missing');
  const { registry, rest } = splitRegistry(named);
  const [, path = '', tag] = /^([^:]*)(?::(.*))?$/.exec(rest) ?? [];
  if (!hostGrammar.test(registry) || !URL.canParse(`https://${registry}`))
    throw invalid(`the host '${shown(registry)}' is invalid`);
  if (tag !== undefined && !isOciTag(tag)) {
    throw invalid(`the tag '${shown(tag)}' must have at most 128 letters, digits, '_', '.' and '-'`);
  }
  const repository = registry === dockerHub.name && !path.includes('/') ? `library/${path}` : path;
  if (path === '' || !nameGrammar.test(repository) || repository.length > 255) {
    throw invalid("the name of the repository must have lower-case letters, digits, and single '.', '_' and '-'");
  }
  return { registry, repository, tag: tag ?? (digest === undefined ? 'latest' : undefined), digest };
}

function splitRegistry(named: string): { registry: string; rest: string } {
  const slash = named.indexOf('/');
  const first = named.slice(0, Math.max(slash, 0));
  const isRegistry = slash !== -1 && (/[.:A-Z]/.test(first) || first === 'localhost');
  if (!isRegistry) return { registry: dockerHub.name, rest: named };
  return { registry: first === 'index.docker.io' ? dockerHub.name : first, rest: named.slice(slash + 1) };
}

/** Returns the whole name of an image, such as `docker.io/library/alpine:latest`. */
export const nameOf = ({ registry, repository, tag, digest }: Reference): string =>
  `${registry}/${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
