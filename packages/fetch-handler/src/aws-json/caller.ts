import { type CallOptions, isRegion } from '@coracle/core';

/** The parts of a request that name its caller and region. */
export interface CallerFacts {
  /** The Authorization header: `AWS4-HMAC-SHA256 Credential=<key>/<date>/<region>/<service>/aws4_request, …`. */
  readonly authorization?: string | null | undefined;
  /** `X-Amz-Credential` of a query: `<key>/<date>/<region>/<service>/aws4_request`. */
  readonly credential?: string | null | undefined;
  /** The host that was called, which on AWS names the region: `api.ecr.eu-west-1.amazonaws.com`. */
  readonly host?: string;
}

/** The scope of a signature: "Signature Version 4", "Create a string to sign". */
const scope = /^([^/,\s]+)\/\d{8}\/([^/,\s]+)\/[^/,\s]+\/aws4_request$/;
const account = /^\d{12}$/;
const hosts =
  /(?:^|\.)ecr(?:-public)?(?:-fips)?\.([a-z0-9-]+)\.(?:(?:vpce\.)?amazonaws\.com(?:\.cn)?|api\.aws)(?::\d+)?$/;

/**
 * Reads the caller of a request. Nothing is verified.
 *
 * The account is the access key, if that is 12 digits (the convention of LocalStack). The region is that of the
 * signature, or of an AWS host. If one of them is missing, it is left out, and the engine's own is used.
 */
export function callerOf({ authorization, credential, host }: CallerFacts): CallOptions {
  const [, inHeader] = /\bCredential=([^,\s]+)/.exec(authorization ?? '') ?? [];
  const [, accessKey = '', signed = ''] = scope.exec(inHeader ?? credential ?? '') ?? [];
  const named = [signed, hosts.exec(host ?? '')?.[1]].find((text) => text !== undefined && isRegion(text));
  return {
    ...(account.test(accessKey) ? { accountId: accessKey } : {}),
    ...(named === undefined ? {} : { region: named }),
  };
}
