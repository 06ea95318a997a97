import { randomUUID } from 'node:crypto'
import { ADMIN } from './keyward.ts'

export interface ApiKey {
  id: number
  status: 'enabled' | 'disabled'
  lastModifiedBy: { id: number; name: string }
  lastModifiedOn: string
  version: number
  key?: string
}

/** A signed-in admin without a browser: what another window or another person does meanwhile. */
export class PortalApi {
  private constructor(
    private readonly url: string,
    private readonly cookie: string,
    readonly organization: number,
  ) {}

  static async signIn(url: string, admin = ADMIN): Promise<PortalApi> {
    const answer = await fetch(`${url}/api/portal/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-keyward': '1' },
      body: JSON.stringify(admin),
    })
    if (!answer.ok) throw new Error(`sign-in: ${answer.status} ${await answer.text()}`)
    const session = (await answer.json()) as { organizations: { id: number }[] }
    const cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    return new PortalApi(url, cookie, session.organizations[0]?.id ?? 0)
  }

  /** For a browser's context. */
  cookieFor(url: string): { name: string; value: string; url: string; httpOnly: boolean; sameSite: 'Strict' } {
    const [name = '', value = ''] = this.cookie.split('=')
    return { name, value, url, httpOnly: true, sameSite: 'Strict' }
  }

  async key(): Promise<ApiKey> {
    return (await this.request('GET', '')).json() as Promise<ApiKey>
  }

  async reveal(): Promise<string> {
    const { key } = (await (await this.request('POST', '/reveal')).json()) as ApiKey
    return key ?? ''
  }

  async regenerate(options: { version?: number; idempotencyKey?: string } = {}): Promise<Response> {
    const version = options.version ?? (await this.key()).version
    const headers = { 'if-match': `"${version}"`, 'idempotency-key': options.idempotencyKey ?? randomUUID() }
    return this.request('POST', '/regenerate', headers)
  }

  async edit(key: string): Promise<void> {
    const { version } = await this.key()
    const headers = { 'if-match': `"${version}"`, 'idempotency-key': randomUUID(), 'content-type': 'application/json' }
    const answer = await this.request('PUT', '', headers, JSON.stringify({ key }))
    if (!answer.ok) throw new Error(`edit: ${answer.status} ${await answer.text()}`)
  }

  async delete(): Promise<void> {
    const { version } = await this.key()
    const answer = await this.request('DELETE', '', { 'if-match': `"${version}"`, 'idempotency-key': randomUUID() })
    if (!answer.ok) throw new Error(`delete: ${answer.status} ${await answer.text()}`)
  }

  /** Invites somebody, and answers the one-time link. */
  async invite(name: string, role: string): Promise<string> {
    const roles = (await (await this.requestAt('GET', '/roles')).json()) as { id: number; name: string }[]
    const body = JSON.stringify({ name, roleId: roles.find((it) => it.name === role)?.id })
    const answer = await this.requestAt('POST', '/admins', { 'content-type': 'application/json' }, body)
    if (!answer.ok) throw new Error(`invite: ${answer.status} ${await answer.text()}`)
    return ((await answer.json()) as { link: string }).link
  }

  private request(method: string, path: string, headers: Record<string, string> = {}, body?: string): Promise<Response> {
    return this.requestAt(method, `/api-key${path}`, headers, body)
  }

  private requestAt(method: string, path: string, headers: Record<string, string> = {}, body?: string): Promise<Response> {
    return fetch(`${this.url}/api/portal/orgs/${this.organization}${path}`, {
      method,
      headers: { cookie: this.cookie, 'x-keyward': '1', ...headers },
      ...(body === undefined ? {} : { body }),
    })
  }
}
