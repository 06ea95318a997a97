import { type Locator, type Page, expect } from '@playwright/test'
import type { PortalApi } from './portalApi.ts'

/** What a person finds on the tab *OAuth 2.0 Authorization Servers*. */
export class OauthServersPage {
  readonly add: Locator
  readonly addRole: Locator
  readonly dialog: Locator

  constructor(readonly page: Page) {
    this.add = page.getByRole('button', { name: 'Add Authorization Server' })
    this.addRole = page.getByRole('button', { name: 'Add API Role' })
    this.dialog = page.getByRole('dialog')
  }

  /** Opens the tab with the session of `admin`. */
  static async open(page: Page, url: string, admin: PortalApi): Promise<OauthServersPage> {
    await page.context().addCookies([admin.cookieFor(url)])
    await page.goto(`${url}/o/${admin.organization}/oauth-servers`)
    const servers = new OauthServersPage(page)
    await expect(servers.add).toBeVisible()
    return servers
  }

  /** The row of a server or of an API role. */
  row(table: 'Authorization servers' | 'API roles', name: string): Locator {
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

  /** A button that opens a dialog about a row. */
  action(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true })
  }

  /** Presses the button of the open dialog that does it, and waits until it is done. */
  async confirm(name: string): Promise<void> {
    await this.button(name).click()
    await expect(this.dialog).toBeHidden()
  }

  /** Adds an API role. */
  async doAddRole(name: string, permission: 'Full' | 'View' | 'None'): Promise<void> {
    await this.addRole.click()
    await this.field('Name').fill(name)
    await this.dialog.getByRole('radio', { name: permission }).check()
    await this.confirm('Add')
  }
}
