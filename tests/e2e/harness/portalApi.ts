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

/** What an organization has by name. */
type List = 'admins' | 'roles'

/** A signed-in admin without a browser: what another window or another person does meanwhile. */
export class PortalApi {
  private constructor(
    private readonly url: string,
    private readonly cookie: string,
    readonly organization: number,
  ) {}

  static async signIn(url: string, admin = ADMIN): Promise<PortalApi> {
    return PortalApi.enter(url, 'session', admin)
  }

  /** Accepts an invitation by its one-time link. */
  static async accept(url: string, link: string, password = ADMIN.password): Promise<PortalApi> {
    return PortalApi.enter(url, 'invitation', { token: new URL(link).hash.slice(1), password })
  }

  private static async enter(url: string, path: string, body: object): Promise<PortalApi> {
    const answer = await fetch(`${url}/api/portal/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-keyward': '1' },
      body: JSON.stringify(body),
    })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    const session = (await answer.json()) as { organizations: { id: number }[] }
    const cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    return new PortalApi(url, cookie, session.organizations[0]?.id ?? 0)
  }

  /** For a browser's context. */
  cookieFor(url: string): { name: string; value: string; url: string; httpOnly: boolean; sameSite: 'Strict' } {
    const [name = '', value = ''] = this.cookie.split('=')
    return { name, value, url, httpOnly: true, sameSite: 'Strict' }
  }

  /** The same session, in another organization. */
  in(organization: number): PortalApi {
    return new PortalApi(this.url, this.cookie, organization)
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
    const { link } = (await this.add('admins', { name, roleId: await this.id('roles', role) })) as { link: string }
    return link
  }

  /** Whether the session is open. */
  async isSignedIn(): Promise<boolean> {
    return (await fetch(`${this.url}/api/portal/session`, { headers: { cookie: this.cookie } })).ok
  }

  /** Adds an admin or a role. */
  async add(list: List, body: object): Promise<unknown> {
    return (await this.sent('POST', `/${list}`, { 'content-type': 'application/json' }, JSON.stringify(body))).json()
  }

  /** Changes an admin or a role as it is now, such as `PUT` with a body, or `POST` at `/disable`. */
  async change(list: List, name: string, method: string, below = '', body?: object): Promise<void> {
    const { id, version } = await this.find(list, name)
    const headers = { 'if-match': `"${version}"`, ...(body && { 'content-type': 'application/json' }) }
    await this.sent(method, `/${list}/${id}${below}`, headers, body && JSON.stringify(body))
  }

  /** The identifier of an admin or a role. */
  async id(list: List, name: string): Promise<number> {
    return (await this.find(list, name)).id
  }

  private async find(list: List, name: string): Promise<{ id: number; version: number }> {
    const rows = (await (await this.sent('GET', `/${list}`)).json()) as { id: number; name: string; version: number }[]
    const row = rows.find((it) => it.name === name)
    if (!row) throw new Error(`${list}: no ${name}`)
    return row
  }

  private async sent(method: string, path: string, headers: Record<string, string> = {}, body?: string): Promise<Response> {
    const answer = await this.requestAt(method, path, headers, body)
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return answer
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
