import { type CallOptions, isRegion } from '@coracle/core';

/** Where a request says who calls, and from where. */
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
 * On whose behalf a request is made, as far as it says so: nothing is verified. The account is the access key where
 * that is 12 digits (the convention of LocalStack), the region is that of the signature, or of an AWS host. What is
 * not said is left out, and so is the engine's own.
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
