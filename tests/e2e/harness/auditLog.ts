import type { Locator, Page } from '@playwright/test'
import { expectLoaded } from './loaded.ts'
import type { PortalApi } from './portalApi.ts'
import { saying, text } from './text.ts'

/** What a person finds on the page *Audit Log*. */
export class AuditLog {
  readonly filters: Locator
  readonly rows: Locator
  readonly count: Locator
  readonly more: Locator
  readonly csv: Locator
  readonly dialog: Locator

  constructor(readonly page: Page) {
    this.filters = page.getByRole('search', { name: text('audit-log.filters') })
    // A row that is still loading has no time.
    this.rows = page.getByRole('table', { name: text('audit-log.caption') }).getByRole('row').filter({ has: page.locator('time') })
    this.count = page.getByRole('status').filter({ hasText: /entr(y|ies)$/ })
    this.more = page.getByRole('button', { name: text('audit-log.show-more') })
    this.csv = page.getByRole('link', { name: text('audit-log.download') })
    this.dialog = page.getByRole('dialog')
  }

  /** Opens the page, with the session of `admin`. */
  static async open(page: Page, url: string, admin: PortalApi, query = ''): Promise<AuditLog> {
    await page.context().addCookies([admin.cookieFor(url)])
    await page.goto(`${url}/o/${admin.organization}/audit-log${query}`)
    await expectLoaded(page)
    return new AuditLog(page)
  }

  /** How many rows have been loaded. Not all of them are in the document. */
  async loaded(): Promise<number> {
    const table = this.page.getByRole('table', { name: text('audit-log.caption') })
    return Number(await table.getAttribute('aria-rowcount')) - 1
  }

  filter(name: string): Locator {
    return this.filters.getByLabel(name, { exact: true })
  }

  /** The button that goes to the row before or after the one whose details are open. */
  step(name: 'Previous' | 'Next'): Locator {
    return this.dialog.getByRole('button', { name, exact: true })
  }

  /** The rows of an action. */
  of(action: string): Locator {
    const cell = this.page.getByRole('cell', { name: action, exact: true })
    return this.rows.filter({ has: cell })
  }

  /** Opens the details of a row. */
  async details(row: Locator): Promise<void> {
    await row.getByRole('button', { name: saying('audit-log.open', { time: /.+/ }) }).click()
  }
}
