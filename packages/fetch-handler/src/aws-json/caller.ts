import { type CallOptions, isRegion } from '@coracle/core';

/** The parts of a request from which `callerOf` reads the account and region of the caller. */
export interface CallerFacts {
  /** The Authorization header: `AWS4-HMAC-SHA256 Credential=<key>/<date>/<region>/<service>/aws4_request, …`. */
  readonly authorization?: string | null | undefined;
  /** The `X-Amz-Credential` parameter of the URL: `<key>/<date>/<region>/<service>/aws4_request`. */
  readonly credential?: string | null | undefined;
  /** The host in the URL of the request. AWS's own hosts name the region: `api.ecr.eu-west-1.amazonaws.com`. */
  readonly host?: string;
}

/**
 * Matches the credential of an AWS signature, `<access key>/<date>/<region>/<service>/aws4_request` (AWS documentation
 * of Signature Version 4, "Create a string to sign").
 */
const scope = /^([^/,\s]+)\/\d{8}\/([^/,\s]+)\/[^/,\s]+\/aws4_request$/;
const account = /^\d{12}$/;
const hosts =
  /(?:^|\.)ecr(?:-public)?(?:-fips)?\.([a-z0-9-]+)\.(?:(?:vpce\.)?amazonaws\.com(?:\.cn)?|api\.(?:aws|amazonwebservices\.com\.cn))(?::\d+)?$/;

/**
 * Returns the account and region of the caller of a request. The signature is not verified.
 *
 * The account is the access key, if the key has 12 digits (the convention of LocalStack). The region comes from the
 * signature, or else from the name of an AWS host. If the account or the region is not known, it is missing in the
 * result. The engine then uses its default account or region.
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
