import { type KeyObject, createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { once } from 'node:events'
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { type ClientMetadata, Provider } from 'oidc-provider'

/** The API client. */
export const CLIENT = { id: 'script', secret: 'known to the script alone' }

/** What a portal is called there. */
export const PORTAL_CLIENT = { id: 'keyward', secret: 'known to the portal: alone' }

/** What of a portal is registered there. */
export interface PortalUris {
  redirect: string
  logout: string
}

/**
 * A real identity provider: API clients get access tokens there by their client credentials, and people sign in. Whoever
 * enters a user name is that user.
 */
export class IdentityProvider {
  private server: Server | undefined
  private keys: { publicKey: KeyObject; privateKey: KeyObject } | undefined
  private starts = 0
  url = ''
  /** Claim `aud` of access tokens. */
  audience = 'https://api.example'
  /** Claim `groups` of each user. */
  readonly groups = new Map<string, string[]>()

  private portal: PortalUris | undefined

  /** `scopes` are what it may give to API clients. */
  constructor(private readonly scopes: string[]) {}

  /** Another provider that gives the same. */
  another(): IdentityProvider {
    return new IdentityProvider(this.scopes)
  }

  /** Lets people of a portal sign in. */
  async register(portal: PortalUris): Promise<void> {
    this.portal = portal
    await this.stop()
    await this.start()
  }

  /** With a new key; where it was before, if it was stopped. */
  async start(): Promise<void> {
    this.server = createServer().listen(this.url === '' ? 0 : Number(new URL(this.url).port), '127.0.0.1')
    await once(this.server, 'listening')
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
    this.keys = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const kid = `rsa-${++this.starts}`
    const provider = new Provider(this.url, {
      jwks: { keys: [{ ...this.keys.privateKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' }] },
      clients: [
        {
          client_id: CLIENT.id,
          client_secret: CLIENT.secret,
          grant_types: ['client_credentials'],
          redirect_uris: [],
          response_types: [],
        },
        ...(this.portal === undefined ? [] : [portalClient(this.portal)]),
      ],
      claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['preferred_username', 'groups'] },
      cookies: { keys: ['a key of the test'] },
      findAccount: (_, id) => ({
        accountId: id,
        claims: () => ({ sub: id, preferred_username: id, groups: this.groups.get(id) ?? [] }),
      }),
      // Nobody is asked whether the portal may know who they are.
      loadExistingGrant: async (context) => {
        const { client, session, params } = context.oidc
        if (client === undefined || session?.accountId === undefined) return undefined
        const grant = new context.oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId })
        grant.addOIDCScope(String(params?.['scope']))
        await grant.save()
        return grant
      },
      // Its own way to ask the portal refuses addresses of this machine.
      fetch: (url, options) => fetch(url, { ...options, dispatcher: undefined } as RequestInit),
      interactions: { url: (_, interaction) => `/login/${interaction.uid}` },
      features: {
        devInteractions: { enabled: false },
        backchannelLogout: { enabled: true },
        rpInitiatedLogout: {
          enabled: true,
          logoutSource: (context, form) => {
            context.body = page(`${form}<button form="op.logoutForm" name="logout" value="yes">Log out</button>`)
          },
          postLogoutSuccessSource: (context) => {
            context.body = page('Logged out')
          },
        },
        clientCredentials: { enabled: true },
        resourceIndicators: {
          enabled: true,
          defaultResource: () => this.audience,
          getResourceServerInfo: () => ({
            scope: this.scopes.join(' '),
            audience: this.audience,
            accessTokenFormat: 'jwt',
            accessTokenTTL: 300,
            jwt: { sign: { alg: 'RS256' } },
          }),
        },
      },
    })
    const answer = provider.callback()
    this.server.on('request', (request, response) => {
      if (request.url?.startsWith('/login/')) void login(provider, request, response)
      else answer(request, response)
    })
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections()
    this.server?.close()
  }

  get discovery(): string {
    return `${this.url}/.well-known/openid-configuration`
  }

  /** An access token with this scope. */
  async token(scope: string): Promise<string> {
    const answer = await fetch(`${this.url}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${CLIENT.id}:${encodeURIComponent(CLIENT.secret)}`)}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope }),
    })
    const { access_token: token } = (await answer.json()) as { access_token?: string }
    if (!token) throw new Error(`the provider gives no token: ${answer.status}`)
    return token
  }

  /** A token with other members, signed by the provider's own key. */
  signed(token: string, changes: { header?: object; claims?: object }): string {
    const message = changed(token, changes)
    const key = this.keys?.privateKey
    if (key === undefined) throw new Error('the provider has no key yet')
    return `${message}.${sign('sha256', Buffer.from(message), key).toString('base64url')}`
  }

  /** A token as somebody makes it who takes the public key for the secret of HMAC. */
  signedWithPublicKey(token: string): string {
    const message = changed(token, { header: { alg: 'HS256' } })
    const secret = this.keys?.publicKey.export({ type: 'spki', format: 'pem' }) ?? ''
    return `${message}.${createHmac('sha256', secret).update(message).digest('base64url')}`
  }
}

/** Header and claims of a token with other members. */
function changed(token: string, { header = {}, claims = {} }: { header?: object; claims?: object }): string {
  const parts = token.split('.').map((part) => Buffer.from(part, 'base64url').toString())
  const part = (text: string | undefined, changes: object) =>
    Buffer.from(JSON.stringify({ ...JSON.parse(text ?? ''), ...changes })).toString('base64url')
  return `${part(parts[0], header)}.${part(parts[1], claims)}`
}

function portalClient(portal: PortalUris): ClientMetadata {
  return {
    client_id: PORTAL_CLIENT.id,
    client_secret: PORTAL_CLIENT.secret,
    grant_types: ['authorization_code'],
    response_types: ['code'],
    redirect_uris: [portal.redirect],
    backchannel_logout_uri: portal.logout,
    backchannel_logout_session_required: true,
    require_auth_time: true,
  }
}

/** The page where a person signs in at the provider. */
async function login(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === 'POST') {
    const user = new URLSearchParams(await text(request)).get('user') ?? ''
    const result = user === '' ? { error: 'access_denied' } : { login: { accountId: user } }
    await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false })
    return
  }
  response.setHeader('content-type', 'text/html')
  response.end(page('<form method="post"><label>User <input name="user" autofocus></label> <button>Log in</button></form>'))
}

function page(content: string): string {
  return `<!doctype html><html lang="en"><title>Login</title><link rel="icon" href="data:,">${content}`
}
