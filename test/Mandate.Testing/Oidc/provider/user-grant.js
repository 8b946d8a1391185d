import { errors } from 'oidc-provider';

/** A token for a user by name, as the password grant gives: whoever is asked for exists, so that tests need no accounts. */
export function registerUserGrant(provider, grants) {
  provider.registerGrantType('password', async (ctx, next) => {
    const { client, params, body } = ctx.oidc;
    if (!params.username) throw new errors.InvalidRequest('missing username');
    const audience = params.audience ?? client.clientId;
    const [user, tenant] = params.username.split('@');
    ctx.body = await issueUserToken(ctx, provider, grants, {
      client, subject: user, resource: params.resource ?? grants.resourceOf(audience), scope: params.scope, grantType: body.grant_type,
      claims: { user_id: user, ...(tenant ? { tenant_id: tenant } : {}) },
    });
    await next();
  }, ['username', 'password', 'scope', 'audience', 'resource']);
}

/** A JWT access token for a subject who is not the client. */
export async function issueUserToken(ctx, provider, grants, { client, subject, resource, scope, grantType, claims, expiresAt }) {
  const info = grants.resourceServer(resource);
  const now = Math.floor(Date.now() / 1000);
  const life = expiresAt ? Math.min(info.accessTokenTTL, expiresAt - now) : info.accessTokenTTL;
  const token = new provider.AccessToken({ accountId: subject, client, gty: grantType, expiresIn: life, scope: scope || undefined });
  token.resourceServer = new provider.ResourceServer(resource, { ...info, accessTokenTTL: life });
  token.claimsOfGrant = claims;
  ctx.oidc.entity('AccessToken', token);
  return { access_token: await token.save(), expires_in: life, token_type: 'Bearer', ...(scope ? { scope } : {}) };
}
