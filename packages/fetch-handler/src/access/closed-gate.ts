import {
  type Authorization,
  type CallOptions,
  defaultHasher,
  type Grant,
  isRegion,
  Room,
  type Visitor,
} from '@coracle/core';
import type { GateMaker, ServedEngine } from '../settings.ts';
import { invalid, unknownKey, wrongSignature } from '../sigv4/errors.ts';
import { readSignature } from '../sigv4/read-signature.ts';
import { verifySignature } from '../sigv4/verify-signature.ts';
import { authenticator, type Credentials } from './authenticate.ts';
import { conditionsOf } from './conditions.ts';
import type { Gate } from './gate.ts';
import { identityOf, keyFinder } from './keys.ts';
import { type AccessOptions, checkAccess } from './options.ts';
import { presentCallers, withProof } from './present-callers.ts';
import { expiredToken, invalidToken, loginNeeded, wrongLogin } from './refusals.ts';

/**
 * The maximum number of bytes that the bodies of signed requests may hold in memory while their signatures are not
 * verified.
 */
const unverifiedBytes = 56 * 1024 * 1024;

/**
 * The maximum number of bytes that the forms of requests for a token may hold in memory. Everyone may send such a form, so
 * the forms have memory of their own, and cannot keep signed requests waiting.
 */
const formBytes = 8 * 1024 * 1024;

async function sha256(bytes: Uint8Array): Promise<string> {
  const hash = defaultHasher('sha256');
  await hash.update(bytes);
  return hash.digest();
}

/**
 * Closes the access of `serveFaces`: `serveFaces(engine, { faces, access: closed({ users }) })`. Each request then needs
 * credentials, except for anonymous pulls if they are allowed. The engine needs the option `access: repositoryPolicies`.
 * @throws TypeError if a member of `access` is invalid, or later if the engine does not have this option
 */
// @__NO_SIDE_EFFECTS__
export function closed(access: AccessOptions): GateMaker {
  checkAccess(access);
  return (engine) => closedGate(engine, access);
}

function closedGate(engine: ServedEngine, access: AccessOptions): Gate {
  if (!engine.checksAccess) {
    throw new TypeError(
      'access is closed, but the engine does not check it: write createEngine({ access: repositoryPolicies, … }), with repositoryPolicies of @coracle/registry/core',
    );
  }
  const { anonymousPull: publicPulls = false, clock = Date.now, sourceIp } = access;
  const { distribution, accountId: ownAccount } = engine;
  const authenticate = authenticator(access);
  const findKey = keyFinder(access.keys);
  const { currentOf, provenOf } = presentCallers(access, ownAccount);
  const unverified = new Room(unverifiedBytes);

  async function opened(text: string): Promise<Authorization> {
    const known = await distribution.openToken(text);
    // A token from a time of open access proves nothing: everyone got one for each account.
    if (!known || known.unchecked) throw invalidToken();
    if (known.expiresIn <= 0) throw expiredToken();
    const identity = await currentOf(known.identity);
    if (!identity) throw invalidToken();
    return { ...known, identity };
  }

  function visitorOf(request: Request, url: URL, visitor: Visitor): CallOptions {
    const address: unknown = sourceIp?.(request) ?? '';
    if (typeof address !== 'string') {
      throw new TypeError('access.sourceIp must return a text or undefined, and not a promise');
    }
    return {
      ...(visitor.identity.kind === 'account' ? { principal: visitor.identity.arn } : {}),
      visitor: { ...visitor, publicPulls, conditions: conditionsOf(request, url, access, address) },
    };
  }

  async function grantOf(credentials: Credentials): Promise<Grant> {
    switch (credentials.kind) {
      case 'none':
        if (publicPulls) return { identity: { kind: 'anonymous' } };
        throw loginNeeded();
      case 'refused':
        throw wrongLogin();
      case 'user':
        return credentials;
      case 'token': {
        const { isPassword, expiresAt: until, identity, service, accountId, region } = await opened(credentials.text);
        // A short token gives no further token. Otherwise a client could prolong it for ever.
        if (!isPassword) throw invalidToken();
        return { identity, service, accountId, region, until };
      }
    }
  }

  return {
    isClosed: true,
    room: new Room(formBytes),

    async callerOf(request, url) {
      const credentials = await authenticate.ofHeader(request.headers.get('authorization'));
      if (credentials.kind !== 'token') return visitorOf(request, url, await grantOf(credentials));
      const { identity, scopes, service, accountId, region } = await opened(credentials.text);
      const visitor = { identity, scopes, service, ...(service === 'ecr' ? { region } : {}) };
      const caller = visitorOf(request, url, visitor);
      return service === 'ecr-public' ? caller : { ...caller, accountId, region };
    },

    grantFor: async ({ authorization, user, password }) => {
      const isForm = authorization === null && password !== null;
      const credentials = await (isForm
        ? authenticate.ofPassword({ user, password })
        : authenticate.ofHeader(authorization));
      const grant = await grantOf(credentials);
      return { ...grant, identity: await provenOf(grant.identity) };
    },

    async signerOf(request, url, service) {
      const signature = readSignature(request, { service, clock });
      const { claims, announcedHash } = signature;
      if (!isRegion(claims.region)) {
        throw invalid(`Credential should be scoped to a valid region, not '${claims.region}'. `);
      }
      // If the request announces the hash of its body, the signature is verified before the body is read.
      if (announcedHash !== undefined) await verifySignature(signature, { findKey, bodyHash: announcedHash });
      // A caller without a key must not use up the memory for bodies whose signature is not verified.
      else if (!(await findKey(claims.accessKeyId))) throw unknownKey();
      return {
        room: announcedHash === undefined ? unverified : engine.room,
        isPresigned: url.searchParams.has('X-Amz-Signature'),
        async callerOf(body) {
          const bodyHash = await sha256(body);
          if (announcedHash === undefined) await verifySignature(signature, { findKey, bodyHash });
          else if (announcedHash !== bodyHash) throw wrongSignature();
          const key = await findKey(claims.accessKeyId);
          // The key has been removed since the signature was verified.
          if (!key) throw unknownKey();
          const owner = identityOf(key, ownAccount);
          const { accountId } = owner;
          const identity = await withProof({ identity: owner, secret: key.secretAccessKey });
          return { ...visitorOf(request, url, { identity }), accountId, region: claims.region };
        },
      };
    },
  };
}
