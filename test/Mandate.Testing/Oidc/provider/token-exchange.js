import * as jose from 'jose';
import { errors } from 'oidc-provider';
import { issueUserToken } from './user-grant.js';

const grantType = 'urn:ietf:params:oauth:grant-type:token-exchange';
const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token';
const jwtType = 'urn:ietf:params:oauth:token-type:jwt';

/** RFC 8693: the user's token becomes one for another audience with the same subject, and the calling service as its actor. */
export function registerTokenExchange(provider, grants) {
  provider.registerGrantType(grantType, async (ctx, next) => {
    const { client, params } = ctx.oidc;
    if (!params.subject_token) throw new errors.InvalidRequest('missing subject_token');
    if (![accessTokenType, jwtType].includes(params.subject_token_type)) throw new errors.InvalidRequest('unsupported subject_token_type');
    if (params.requested_token_type && ![accessTokenType, jwtType].includes(params.requested_token_type)) throw new errors.InvalidRequest('unsupported requested_token_type');
    const subject = await verify(params.subject_token, grants);
    let actor = { sub: client.clientId };
    if (params.actor_token) {
      if (![accessTokenType, jwtType].includes(params.actor_token_type)) throw new errors.InvalidRequest('unsupported actor_token_type');
      actor = { sub: (await verify(params.actor_token, grants)).sub };
    }

    const target = params.resource ?? (params.audience ? grants.resourceOf(params.audience) : undefined);
    if (!target) throw new errors.InvalidTarget('name an audience or a resource');
    const claims = { act: subject.act ? { ...actor, act: subject.act } : actor };
    for (const claim of ['user_id', 'tenant_id']) if (subject[claim] !== undefined) claims[claim] = subject[claim];
    ctx.body = {
      ...await issueUserToken(ctx, provider, grants, { client, subject: subject.sub, resource: target, scope: params.scope, grantType, claims, expiresAt: subject.exp }),
      issued_token_type: accessTokenType,
    };
    await next();
  }, ['subject_token', 'subject_token_type', 'actor_token', 'actor_token_type', 'audience', 'resource', 'scope', 'requested_token_type']);
}

async function verify(token, grants) {
  try {
    const { iss } = jose.decodeJwt(token);
    const trusted = grants.trustedIssuers()[iss];
    if (trusted) return (await jose.jwtVerify(token, jose.createLocalJWKSet(trusted), { issuer: iss, audience: grants.issuer, requiredClaims: ['sub', 'exp'] })).payload;
    return (await jose.jwtVerify(token, grants.keySet(), { issuer: grants.issuer, requiredClaims: ['sub', 'exp'] })).payload;
  } catch {
    throw new errors.InvalidGrant('subject_token or actor_token is not valid');
  }
}
