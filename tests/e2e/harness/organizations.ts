import { type Locator, type Page, expect } from '@playwright/test'
import type { PortalApi } from './portalApi.ts'

/** What a person finds on the page *Organizations*. */
export class OrganizationsPage {
  readonly rows: Locator
  readonly search: Locator
  readonly sameKey: Locator
  readonly dialog: Locator
  readonly key: Locator

  constructor(readonly page: Page) {
    this.rows = page.getByRole('table', { name: 'Organizations' }).getByRole('row').filter({ has: page.getByRole('link') })
    this.search = page.getByRole('main').getByRole('search').getByLabel('Search')
    this.sameKey = page.getByRole('button', { name: 'Use one key for several organizations' })
    this.dialog = page.getByRole('dialog', { name: 'Use one key for several organizations' })
    this.key = this.dialog.getByLabel('New API Key')
  }

  /** Opens the page with the session of `admin`. */
  static async open(page: Page, url: string, admin: PortalApi): Promise<OrganizationsPage> {
    await page.context().addCookies([admin.cookieFor(url)])
    await page.goto(`${url}/organizations`)
    const organizations = new OrganizationsPage(page)
    await expect(organizations.rows.first()).toBeVisible()
    return organizations
  }

  /** The row of an organization. */
  row(name: string): Locator {
    return this.rows.filter({ has: this.page.getByRole('link', { name, exact: true }) })
  }

  /** A check box of the open dialog. */
  choice(name: string): Locator {
    return this.dialog.getByRole('checkbox', { name, exact: true })
  }

  /** A button of the open dialog. */
  button(name: string): Locator {
    return this.dialog.getByRole('button', { name, exact: true })
  }

  /** What has become of the key in an organization. */
  outcome(name: string): Locator {
    return this.dialog.getByRole('listitem').filter({ hasText: name })
  }
}
