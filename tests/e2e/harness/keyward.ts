import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { freePort } from './freePort.ts'
import type { PortalUris } from './identityProvider.ts'

const BINARY =
  process.env['E2E_KEYWARD'] ?? fileURLToPath(new URL('../../../target/release/keyward', import.meta.url))

export const ORGANIZATION = 'Acme'
export const CLOUD = 'cloud.example'
export const ADMIN = { username: 'alice', password: 'correct horse battery' }
/** A second admin with the same role and password; see {@link Keyward.addColleague}. */
export const COLLEAGUE = { username: 'bob', password: ADMIN.password }

/** What admins know their identity provider by. */
export const IDENTITY_PROVIDER = 'Acme Login'

/** A `keyward` on a folder and a port of its own. */
export class Keyward {
  readonly data: string
  /** Where browsers reach it, without a slash at its end. */
  url = ''
  /** Where it listens: the same, unless a base path or a proxy stands between. */
  address = ''
  private process: ChildProcess | undefined
  private output = ''
  private log = ''
  private readonly folder: string

  private constructor(folder: string) {
    this.folder = folder
    this.data = path.join(folder, 'data')
  }

  /** An installation on a new folder: set up, unless a test wants to do that itself. Not running yet. */
  static async install({ setUp = true } = {}): Promise<Keyward> {
    const keyward = new Keyward(await mkdtemp(path.join(tmpdir(), 'keyward-e2e-')))
    if (setUp) {
      const flags = ['--organization', ORGANIZATION, '--cloud', CLOUD, '--admin', ADMIN.username, '--password-stdin']
      await keyward.command(['init', ...flags], ADMIN.password)
    }
    return keyward
  }

  /** Starts it: on a free port the first time, on the same port afterwards. */
  async start(flags: string[] = []): Promise<void> {
    const listen = this.address === '' ? '127.0.0.1:0' : new URL(this.address).host
    const args = ['serve', '--data', this.data, '--listen', listen, ...flags]
    const child = spawn(BINARY, args, { env: environment(), stdio: ['ignore', 'pipe', 'pipe'] })
    this.process = child
    this.output = ''
    this.log = ''
    child.stdout.on('data', (chunk: Buffer) => (this.output += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (this.log += chunk.toString()))
    const [, url = ''] = await this.printed(/^Keyward serves at (\S+)\n/m)
    this.url = url.replace(/\/$/, '')
    if (this.address === '') this.address = this.url
  }

  /** Fixes the port before the start, for flags that have to name it. */
  async reservePort(): Promise<number> {
    const port = await freePort()
    this.address = `http://127.0.0.1:${port}`
    return port
  }

  /** The one-time link to set it up. */
  async setupLink(): Promise<string> {
    const [, link = ''] = await this.printed(/open (\S+\/setup#\S+)\n/)
    return link
  }

  /** Waits for something on standard output. */
  private async printed(pattern: RegExp): Promise<RegExpExecArray> {
    const { stdout } = this.process ?? {}
    if (!stdout) throw new Error('keyward is not running')
    for (;;) {
      const found = pattern.exec(this.output)
      if (found) return found
      const more = await Promise.race([once(stdout, 'data'), once(stdout, 'end')])
      if (more.length === 0) throw new Error(`keyward did not print ${pattern}, but:\n${this.output}${this.log}`)
    }
  }

  /** Asks it to stop, and waits until it has. */
  async stop(): Promise<void> {
    await this.end('SIGTERM')
  }

  /** Ends it in the middle of whatever it does. */
  async kill(): Promise<void> {
    await this.end('SIGKILL')
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.process
    this.process = undefined
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const exit = once(child, 'exit')
    child.kill(signal)
    await exit
  }

  async remove(): Promise<void> {
    await this.kill()
    await rm(this.folder, { recursive: true })
  }

  /** Sets the subscription, as the service provider does. */
  async subscription(state: 'active' | 'expired' | 'none'): Promise<void> {
    await this.command(['subscription', '--organization', ORGANIZATION, '--state', state])
  }

  /** Disables or enables the key, as the service provider does. */
  async key(state: 'disable' | 'enable'): Promise<void> {
    await this.command(['key', state, '--organization', ORGANIZATION])
  }

  /** Disables or enables access tokens, as the service provider does. */
  async accessTokens(state: 'disable' | 'enable'): Promise<void> {
    await this.command(['access-tokens', state, '--organization', ORGANIZATION])
  }

  /** Lets admins sign in at an identity provider, by the name that they have there. Answers what is to be registered there. */
  async addIdentityProvider(issuer: string, client: { id: string; secret: string }, more: string[] = []): Promise<PortalUris> {
    const flags = ['--name', IDENTITY_PROVIDER, '--issuer', issuer, '--client-id', client.id, '--claim', 'preferred_username']
    const known = ['--public-url', this.url, '--client-secret-file', '-']
    const said = await this.command(['sso', 'add', ...flags, ...known, ...more], client.secret)
    const uri = (name: string) => new RegExp(`^${name} URI: (.+)$`, 'm').exec(said)?.[1] ?? ''
    return { redirect: uri('Redirect'), logout: uri('Back-channel logout') }
  }

  /** Connects an admin with who they are at the identity provider, as they would by signing in there. */
  async connect(login: string, subject: string): Promise<void> {
    const of = `FROM sso_providers p, admins a WHERE a.login = '${login}'`
    await this.sql(`INSERT INTO sso_identities SELECT p.id, '${subject}', a.id ${of}`)
    await this.sql(`INSERT INTO sso_subjects SELECT p.issuer, '${subject}', a.id ${of}`)
  }

  /** Proves itself to the identity provider by another secret. */
  async setClientSecret(secret: string): Promise<void> {
    const flags = ['--name', IDENTITY_PROVIDER, '--client-secret-file', '-']
    await this.command(['sso', 'set-secret', ...flags], secret)
  }

  /** Lets a group at the identity provider have a role. */
  async giveRole(group: string, role: string): Promise<void> {
    const flags = ['--name', IDENTITY_PROVIDER, '--value', group, '--organization', ORGANIZATION, '--role', role]
    await this.command(['sso', 'give-role', ...flags])
  }

  /** Lets admins sign in with a password, or not. */
  async passwordSignIn(state: 'on' | 'off'): Promise<void> {
    await this.command(['password-sign-in', '--state', state])
  }

  /** Gives everybody a role of this one permission, which can open API sessions too. */
  async permission(permission: 'READ_WRITE' | 'READ_ONLY' | 'NONE', { reveal = permission === 'READ_WRITE' } = {}): Promise<void> {
    await this.sql(`
      INSERT INTO roles SELECT 1, organization_id, 'Special', 'special', NULL, '${permission}', ${reveal ? 1 : 0}, 0, 0, 1, 1
        FROM roles WHERE built_in = 'super-admin'
        ON CONFLICT (id) DO UPDATE SET api_key_management = excluded.api_key_management, reveal = excluded.reveal;
      UPDATE admin_roles SET role_id = 1`)
  }

  /** Gives everybody a built-in role. */
  async role(role: 'Super Admin' | 'Key Manager' | 'Auditor' | 'API Client Admin'): Promise<void> {
    await this.sql(`UPDATE admin_roles SET role_id = (SELECT id FROM roles WHERE name = '${role}')`)
  }

  /** Gives Alice's role to a second admin. */
  async addColleague(): Promise<void> {
    await this.sql(`
      INSERT INTO admins (id, name, login, password_hash, created_on)
        SELECT id + 1, '${COLLEAGUE.username}', '${COLLEAGUE.username}', password_hash, created_on FROM admins;
      INSERT INTO admin_roles (organization_id, admin_id, role_id, status, version)
        SELECT organization_id, admin_id + 1, role_id, status, 1 FROM admin_roles`)
  }

  /** Adds organizations in which Alice is Super Admin. */
  async addOrganizations(names: string[]): Promise<void> {
    for (const name of names) {
      await this.command(['organization', 'add', '--name', name, '--cloud', 'cloud.example', '--admin', ADMIN.username])
    }
    await this.sql("UPDATE admin_roles SET status = 'active'; DELETE FROM invitations")
  }

  /** Adds an organization, with Alice as Super Admin, whose key lives at another Keyward: Alice's, there. */
  async addUpstream(name: string, upstream: Keyward, key: string): Promise<void> {
    const secret = path.join(this.folder, 'upstream.password')
    await writeFile(secret, ADMIN.password)
    const place = ['--upstream', `${upstream.url}/ztw`, '--upstream-kind', 'ztw-legacy', '--upstream-user', ADMIN.username]
    const secrets = ['--upstream-secret-file', secret, '--upstream-key-file', '-']
    await this.command(['organization', 'add', '--name', name, '--cloud', CLOUD, '--admin', ADMIN.username, ...place, ...secrets], key)
    await this.sql("UPDATE admin_roles SET status = 'active'; DELETE FROM invitations")
  }

  /** Ends all portal sessions, as the end of their time would. */
  async endSessions(): Promise<void> {
    await this.sql('DELETE FROM portal_sessions')
  }

  /** Makes the password of all portal sessions old, as time would. */
  async agePasswords(): Promise<void> {
    await this.sql('UPDATE portal_sessions SET authenticated_on = 0')
  }

  /** Asks or changes the database. */
  async sql(statement: string): Promise<string> {
    const database = path.join(this.data, 'keyward.db')
    const { stdout } = await promisify(execFile)('sqlite3', ['-cmd', '.timeout 10000', database, statement])
    return stdout.trim()
  }

  /** How often the key was changed, its provision and whatever the service provider did included. */
  async version(): Promise<number> {
    return Number(await this.sql('SELECT version FROM api_keys'))
  }

  /** Runs a command of the operator. Answers what it prints. */
  private async command(args: string[], input = ''): Promise<string> {
    const child = spawn(BINARY, [...args, '--data', this.data], { env: environment() })
    let [printed, said] = ['', '']
    child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
    // A command that asks for nothing may end before this is written; its code says how it went.
    child.stdin.on('error', () => {})
    child.stdin.end(input)
    const [code] = (await once(child, 'close')) as [number | null]
    if (code !== 0) throw new Error(`keyward ${args[0]} ended with ${code}: ${said}`)
    return printed
  }
}

/** Exports the portal to a folder. */
export async function exportPortal(to: string, flags: string[]): Promise<void> {
  await promisify(execFile)(BINARY, ['portal', 'export', '--to', to, ...flags], { env: environment() })
}

/** Without the settings of whoever runs the tests. */
function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('KEYWARD_'))
  return Object.fromEntries(kept)
}
