import { type Locator, type Page, expect } from '@playwright/test'
import { expectLoaded } from './loaded.ts'
import type { PortalApi } from './portalApi.ts'
import { text } from './text.ts'

/** What a person finds on the page *Organizations*. */
export class OrganizationsPage {
  readonly rows: Locator
  readonly search: Locator
  readonly sameKey: Locator
  readonly dialog: Locator
  readonly key: Locator

  constructor(readonly page: Page) {
    this.rows = page.getByRole('table', { name: text('organizations.organizations') }).getByRole('row').filter({ has: page.getByRole('link') })
    this.search = page.getByRole('main').getByRole('search').getByLabel(text('common.search'))
    this.sameKey = page.getByRole('button', { name: text('organizations.same-key') })
    this.dialog = page.getByRole('dialog', { name: text('organizations.same-key') })
    this.key = this.dialog.getByLabel(text('organizations.new-key'))
  }

  /** Opens the page with the session of `admin`. */
  static async open(page: Page, url: string, admin: PortalApi): Promise<OrganizationsPage> {
    await page.context().addCookies([admin.cookieFor(url)])
    await page.goto(`${url}/organizations`)
    await expectLoaded(page)
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
