import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { type Server, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Provider } from 'oidc-provider'

const AUDIENCE = 'https://api.example'
const CLIENT = { id: 'script', secret: 'known to the script alone' }

/** A real identity provider, of which API clients get access tokens by their client credentials. */
export class IdentityProvider {
  private server: Server | undefined
  url = ''

  /** `scopes` are what it may give to its client. */
  constructor(private readonly scopes: string[]) {}

  async start(): Promise<void> {
    this.server = createServer().listen(0, '127.0.0.1')
    await once(this.server, 'listening')
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const provider = new Provider(this.url, {
      jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'rsa-1', use: 'sig', alg: 'RS256' }] },
      clients: [
        {
          client_id: CLIENT.id,
          client_secret: CLIENT.secret,
          grant_types: ['client_credentials'],
          redirect_uris: [],
          response_types: [],
        },
      ],
      features: {
        devInteractions: { enabled: false },
        clientCredentials: { enabled: true },
        resourceIndicators: {
          enabled: true,
          defaultResource: () => AUDIENCE,
          getResourceServerInfo: () => ({
            scope: this.scopes.join(' '),
            audience: AUDIENCE,
            accessTokenFormat: 'jwt',
            accessTokenTTL: 300,
            jwt: { sign: { alg: 'RS256' } },
          }),
        },
      },
    })
    this.server.on('request', provider.callback())
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
}
