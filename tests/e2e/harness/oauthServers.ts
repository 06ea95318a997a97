import type { Locator, Page } from '@playwright/test'
import { action } from './gestures.ts'
import { IdentityProvider } from './identityProvider.ts'
import { expectLoaded } from './loaded.ts'
import type { PortalApi } from './portalApi.ts'
import { expect, test as base } from './test.ts'
import { text } from './text.ts'

/** With an identity provider on this machine, which the operator has allowed. */
const test = base.extend<{ provider: IdentityProvider; scope: (role: string) => string }>({
  flags: async ({}, use) => use(['--oauth-allowed-networks=127.0.0.1']),
  scope: async ({ alice }, use) => use((role) => `cloud.example::${alice.organization}::${role}`),
  provider: async ({ scope }, use) => {
    const provider = new IdentityProvider([scope('scripts'), scope('other')])
    await provider.start()
    await use(provider)
    await provider.stop()
  },
})

export { expect, test }

/** What a person finds on the tab *OAuth 2.0 Authorization Servers*. */
export class OauthServersPage {
  readonly add: Locator
  readonly addRole: Locator
  readonly usage: Locator
  readonly dialog: Locator

  constructor(readonly page: Page) {
    this.add = page.getByRole('button', { name: text('oauth-servers.add') })
    this.addRole = page.getByRole('button', { name: text('api-roles.add') })
    this.usage = page.getByRole('button', { name: text('oauth-servers.usage') })
    this.dialog = page.getByRole('dialog')
  }

  /** Opens the tab with the session of `admin`. */
  static async open(page: Page, url: string, admin: PortalApi): Promise<OauthServersPage> {
    await page.context().addCookies([admin.cookieFor(url)])
    await page.goto(`${url}/o/${admin.organization}/oauth-servers`)
    await expectLoaded(page)
    const servers = new OauthServersPage(page)
    await expect(servers.add).toBeVisible()
    return servers
  }

  /** The row of a server or of an API role. */
  row(table: string, name: string): Locator {
    return this.page.getByRole('table', { name: table }).getByRole('row').filter({ has: this.page.getByRole('cell', { name: new RegExp(`${name}$`) }) })
  }

  /** A field of the open dialog. */
  field(label: string): Locator {
    return this.dialog.getByLabel(label, { exact: true })
  }

  /** A button of the open dialog. */
  button(name: string): Locator {
    return this.dialog.getByRole('button', { name, exact: true })
  }

  /** The control that does something with a row. */
  action(name: string, verb: string): Promise<Locator> {
    return action(this.page, verb, name)
  }

  /** Does something with a row. */
  async act(name: string, verb: string): Promise<void> {
    await (await this.action(name, verb)).click()
  }

  /** Presses the button of the open dialog that does it, and waits until it is done. */
  async confirm(name: string): Promise<void> {
    await this.button(name).click()
    await expect(this.dialog).toBeHidden()
  }

  /** Adds a server that is a provider, by its discovery document. */
  async doAdd(provider: IdentityProvider, name = 'Login', more: Record<string, string> = {}): Promise<void> {
    await this.add.click()
    await this.fill(provider, name)
    for (const [label, value] of Object.entries(more)) await this.field(label).fill(value)
    await this.confirm(text('common.add'))
  }

  /** Fills in a server that is a provider, and validates it. */
  async fill(provider: IdentityProvider, name: string): Promise<void> {
    await this.field(text('common.name')).fill(name)
    await this.field(text('oauth-servers.jwks-location')).fill(provider.discovery)
    await this.button(text('oauth-servers.validate')).click()
    await expect(this.dialog.getByText(text('oauth-servers.usable-keys', { count: 1 }))).toBeVisible()
  }

  /** Adds an API role. */
  async doAddRole(name: string, permission: string): Promise<void> {
    await this.addRole.click()
    await this.field(text('common.name')).fill(name)
    await this.dialog.getByRole('radio', { name: permission }).check()
    await this.confirm(text('common.add'))
  }
}
