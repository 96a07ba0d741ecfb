import { type OciCode, RegistryError } from '@coracle/core';
import type { Quirks } from '../settings.ts';
import { statusOf, withStatus } from '../statuses.ts';

/** An endpoint of `/v2/` that Amazon ECR or Amazon ECR Public does not have, as `<method> <endpoint>`. */
type Endpoint = 'DELETE blob' | 'GET referrers';

/**
 * The behaviour of `/v2/` in the points in which the OCI distribution specification, Amazon ECR and Amazon ECR Public
 * differ. One object of this type describes the specification, and one describes each of the two registries.
 */
export interface Front {
  /**
   * The HTTP status of the answer to an accepted chunk of an upload (OCI distribution specification, "Pushing a blob in
   * chunks").
   */
  readonly chunkTaken: number;
  /** Whether a blob can be pushed in one POST. If false, a POST with a blob in its body starts an ordinary upload. */
  readonly singlePost: boolean;
  /**
   * Whether a blob can be mounted from another repository. If false, a request to mount a blob starts an ordinary
   * upload.
   */
  readonly mounts: boolean;
  /** Whether the answer to a pushed manifest has a Location header. */
  readonly manifestLocation: boolean;
  /** Whether the answer to a pushed manifest has a Docker-Content-Digest header. */
  readonly manifestDigest: boolean;
  /** Whether the answer to a pushed manifest that has a subject has an OCI-Subject header. */
  readonly subject: boolean;
  /**
   * Whether a manifest that is pushed by its digest may also get tags from `?tag=` parameters (OCI distribution
   * specification, "Pushing Manifests").
   */
  readonly tagParameters: boolean;
  /**
   * Whether pushes and deletions follow the OCI distribution specification or the AWS service, if the two differ. For
   * example, the service refuses a blob without content.
   */
  readonly rules: 'specification' | 'service';
  /** Whether the Location headers of uploads are whole URLs. If false, the headers are paths. */
  readonly absoluteLocations: boolean;
  /** The maximum number of items in one page of a list. Undefined if there is no maximum. */
  readonly pageLimit: number | undefined;
  /**
   * Whether the parameter `last` of a paged list must be a token from the Link header of the page before. If false,
   * `last` is the name of the last item of that page.
   */
  readonly opaqueLast: boolean;
  /** The HTTP status if a request names a manifest by a text that is neither a tag nor a digest. */
  readonly malformedReference: number;
  /**
   * The error codes and HTTP statuses with which the imitated registry (Amazon ECR or Amazon ECR Public) answers
   * certain failures, instead of the usual code and status. A key is the name of the AWS exception, a space, and the
   * usual error code of the OCI distribution specification.
   */
  readonly failures: Readonly<Record<string, { readonly code: OciCode; readonly status: number }>>;
  /**
   * The HTTP status of the answer to each endpoint that the imitated registry (Amazon ECR or Amazon ECR Public) does
   * not have.
   */
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

/**
 * Returns the given error with the code and status that the imitated registry (Amazon ECR or Amazon ECR Public) uses
 * for this error. Returns the error unchanged if `front.failures` does not list it.
 */
export function shownBy(front: Front, error: unknown): unknown {
  if (!RegistryError.is(error) || statusOf(error) !== 400) return error;
  const { name, message, members, ociCode } = error;
  const shown = front.failures[`${name} ${ociCode}`];
  return shown ? withStatus(shown.status, new RegistryError(name, message, shown.code, { members })) : error;
}
