// An identity provider on a loopback port of its own choice: oidc-provider with the grants that services use. Options come as the first
// line of standard input, then one command a line; each is answered by one line on standard output. It ends when standard input ends.
import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import readline from 'node:readline';
import * as jose from 'jose';
import { errors, Provider } from 'oidc-provider';
import { registerTokenExchange } from './token-exchange.js';
import { registerUserGrant } from './user-grant.js';

const algorithm = 'ES256';
const state = { options: undefined, keys: [], issuer: undefined, provider: undefined, requests: [] };

/** A signing key; the newest is first and signs. */
async function newKey() {
  const { privateKey } = await jose.generateKeyPair(algorithm, { extractable: true });
  const jwk = await jose.exportJWK(privateKey);
  return { ...jwk, kid: await jose.calculateJwkThumbprint(jwk), use: 'sig', alg: algorithm };
}

/** `resource` names a URI (RFC 8707); `audience` names the service as it is known, and stands for urn:audience:<name>. */
const audiencePrefix = 'urn:audience:';
const audienceOf = (resource) => (resource.startsWith(audiencePrefix) ? decodeURIComponent(resource.slice(audiencePrefix.length)) : resource);
const resourceOf = (audience) => audiencePrefix + encodeURIComponent(audience);

function resourceServer(resource) {
  const audience = audienceOf(resource);
  const { audiences, scopes, tokenLifetime } = state.options;
  if (audiences.length > 0 && !audiences.includes(audience)) throw new errors.InvalidTarget();
  return {
    audience, scope: scopes.join(' '), accessTokenFormat: 'jwt', accessTokenTTL: tokenLifetime, jwt: { sign: { alg: algorithm, kid: state.keys[0].kid } },
  };
}

function clientMetadata(client) {
  return { redirect_uris: [], response_types: [], id_token_signed_response_alg: algorithm, ...client };
}

function rebuild() {
  const provider = new Provider(state.issuer, {
    clients: state.options.clients.map(clientMetadata),
    jwks: { keys: state.keys },
    scopes: state.options.scopes,
    clientDefaults: { id_token_signed_response_alg: algorithm },
    enabledJWA: { clientAuthSigningAlgValues: ['ES256', 'RS256', 'PS256'] },
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'tls_client_auth'],
    cookies: { keys: ['unused'] },
    ttl: { ClientCredentials: () => state.options.tokenLifetime, AccessToken: () => state.options.tokenLifetime },
    extraTokenClaims: (_, token) => token.claimsOfGrant,
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: (ctx) => {
          const audience = ctx.oidc.body?.audience ?? state.options.defaultAudience;
          return audience ? resourceOf(audience) : undefined;
        },
        getResourceServerInfo: (_, resource) => resourceServer(resource),
      },
      mTLS: {
        enabled: true,
        tlsClientAuth: true,
        getCertificate: (ctx) => ctx.socket.getPeerX509Certificate?.(),
        certificateAuthorized: (ctx) => ctx.socket.authorized === true,
        certificateSubjectMatches: (ctx, property, expected) => property === 'tls_client_auth_subject_dn'
          && ctx.socket.getPeerX509Certificate().subject === expected,
      },
    },
  });
  const grants = { keySet: () => jose.createLocalJWKSet({ keys: state.keys.map(publicPart) }), resourceServer, resourceOf, issuer: state.issuer, trustedIssuers: () => state.options.trustedIssuers ?? {} };
  registerTokenExchange(provider, grants);
  registerUserGrant(provider, grants);
  // The provider's own answer is the truth; this only remembers what was asked and how it ended.
  provider.use(async (ctx, next) => {
    try {
      await next();
    } finally {
      if (ctx.oidc?.route === 'token') {
        state.requests.push({ grantType: ctx.oidc.body?.grant_type ?? null, clientId: ctx.oidc.client?.clientId ?? null, status: ctx.status, error: ctx.body?.error ?? null });
      }
    }
  });
  state.provider = provider.callback();
}

const publicPart = ({ d, ...rest }) => rest;

const operations = {
  /** Signs with a new key from now on; the old ones stay published unless they are to be forgotten. */
  async rotateKeys({ forgetOld }) {
    state.keys = [await newKey(), ...(forgetOld ? [] : state.keys)];
    rebuild();
    return { kid: state.keys[0].kid };
  },
  /** Changes options, such as the lifetime of tokens or a client's secret. */
  configure(changes) {
    Object.assign(state.options, changes);
    rebuild();
    return {};
  },
  /** Signs any claims with the present key, for tokens the grants do not give. */
  async sign({ claims, header }) {
    const key = await jose.importJWK(state.keys[0], algorithm);
    return { token: await new jose.SignJWT(claims).setProtectedHeader({ alg: algorithm, kid: state.keys[0].kid, typ: 'at+jwt', ...header }).sign(key) };
  },
  requests: () => ({ requests: state.requests }),
};

async function start(options) {
  state.options = options;
  state.keys = [await newKey()];
  const handler = (request, response) => state.provider(request, response);
  const server = options.tls
    ? https.createServer({ cert: options.tls.cert, key: options.tls.key, ca: options.tls.clientCa ?? undefined, requestCert: Boolean(options.tls.clientCa), rejectUnauthorized: false }, handler)
    : http.createServer(handler);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  state.issuer = `${options.tls ? 'https' : 'http'}://127.0.0.1:${server.address().port}`;
  rebuild();
  return { issuer: state.issuer };
}

const answer = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
// oidc-provider tells on standard output what it would rather see in production.
console.info = console.warn = console.log = (...parts) => console.error(...parts);

for await (const line of readline.createInterface({ input: process.stdin })) {
  const { id, op, args } = JSON.parse(line);
  try {
    const result = op === 'start' ? await start(args) : await operations[op](args ?? {});
    answer({ id, result });
  } catch (e) {
    answer({ id, error: e.stack });
  }
}
process.exit(0);
