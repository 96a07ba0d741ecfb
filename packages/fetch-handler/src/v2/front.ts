import { type OciCode, RegistryError } from '@coracle/core';
import type { Quirks } from '../settings.ts';
import { statusOf, withStatus } from '../statuses.ts';

/** An endpoint that a front may lack, as `<method> <endpoint>`. */
type Endpoint = 'DELETE blob' | 'GET referrers';

/** The behaviour of a registry's front in those points in which registries differ. */
export interface Front {
  /** The status of a chunk that was accepted ("Pushing a blob in chunks"). */
  readonly chunkTaken: number;
  /** Whether a blob can be pushed in one POST, and mounted; otherwise both are answered by a new upload. */
  readonly singlePost: boolean;
  readonly mounts: boolean;
  /** Whether the answer to a pushed manifest has these headers. */
  readonly manifestLocation: boolean;
  readonly manifestDigest: boolean;
  readonly subject: boolean;
  /** Whether a push by digest may also put tags ("Pushing manifests", `?tag=`). */
  readonly tagParameters: boolean;
  /** The rules that apply to deletions, and to blobs without content. */
  readonly rules: 'specification' | 'service';
  /** Whether locations of uploads have an origin. */
  readonly absoluteLocations: boolean;
  /** The maximum number of items in a page of a list, and whether `last` is only valid as a `Link` gave it. */
  readonly pageLimit: number | undefined;
  readonly opaqueLast: boolean;
  /** The status of a reference that is neither a tag nor a digest. */
  readonly malformedReference: number;
  /** Failures that are answered differently, by the exception's name and the specification's code. */
  readonly failures: Readonly<Record<string, { readonly code: OciCode; readonly status: number }>>;
  /** The status of a request to an endpoint that the front does not have. */
  readonly absent: Partial<Readonly<Record<Endpoint, number>>>;
}

const specification: Front = {
  chunkTaken: 202,
  singlePost: true,
  mounts: true,
  manifestLocation: true,
  manifestDigest: true,
  subject: true,
  tagParameters: true,
  rules: 'specification',
  absoluteLocations: false,
  pageLimit: undefined,
  opaqueLast: false,
  malformedReference: 404,
  failures: {},
  absent: {},
};

const awsPrivate: Front = {
  chunkTaken: 201,
  singlePost: false,
  mounts: false,
  manifestLocation: false,
  manifestDigest: true,
  subject: true,
  tagParameters: false,
  rules: 'service',
  absoluteLocations: true,
  pageLimit: 1000,
  opaqueLast: true,
  malformedReference: 400,
  failures: {
    'InvalidParameterException UNSUPPORTED': { code: 'UNSUPPORTED', status: 405 },
    'InvalidParameterException MANIFEST_INVALID': { code: 'UNSUPPORTED', status: 405 },
    'ImageDigestDoesNotMatchException DIGEST_INVALID': { code: 'MANIFEST_INVALID', status: 400 },
  },
  absent: { 'DELETE blob': 405 },
};

const awsPublic: Front = {
  ...awsPrivate,
  manifestDigest: false,
  subject: false,
  absent: { ...awsPrivate.absent, 'GET referrers': 404 },
};

export const frontOf = (quirks: Quirks | undefined, kind: 'public' | 'private'): Front =>
  quirks === undefined ? specification : kind === 'public' ? awsPublic : awsPrivate;

/** Gives a failure in the form in which this front shows it. */
export function shownBy(front: Front, error: unknown): unknown {
  if (!RegistryError.is(error) || statusOf(error) !== 400) return error;
  const { name, message, members, ociCode } = error;
  const shown = front.failures[`${name} ${ociCode}`];
  return shown ? withStatus(shown.status, new RegistryError(name, message, shown.code, { members })) : error;
}
