import { type Locator, type Page, expect } from '@playwright/test'
import { text } from './text.ts'

/** What a person finds on the tab *Cloud Service API Key*. */
export class KeyPage {
  readonly row: Locator
  readonly keyCell: Locator
  readonly reveal: Locator
  readonly hide: Locator
  readonly copy: Locator
  readonly add: Locator
  readonly edit: Locator
  readonly regenerate: Locator
  readonly delete: Locator
  readonly dialog: Locator
  readonly newKey: Locator

  constructor(readonly page: Page) {
    // A row that is still loading has no time.
    this.row = page.getByRole('table', { name: text('api-key.title'), exact: true }).getByRole('row').filter({ has: page.locator('time') })
    this.keyCell = this.row.getByRole('cell').first()
    this.reveal = this.row.getByRole('button', { name: text('controls.reveal') })
    this.hide = this.row.getByRole('button', { name: text('controls.hide') })
    this.copy = this.row.getByRole('button', { name: text('common.copy') })
    this.add = page.getByRole('button', { name: text('api-key.add') })
    const actions = page.getByRole('group', { name: text('api-key.actions'), exact: true })
    this.edit = actions.getByRole('button', { name: text('common.edit') })
    this.regenerate = actions.getByRole('button', { name: text('common.regenerate') })
    this.delete = actions.getByRole('button', { name: text('common.delete') })
    this.dialog = page.getByRole('dialog')
    this.newKey = this.dialog.getByLabel(text('api-key.new-api-key'))
  }

  /** The button of an open dialog that does it. */
  confirm(name: string): Locator {
    return this.dialog.getByRole('button', { name })
  }

  /** Opens the dialog of a change by its button. When it's over, the dialog knows who uses the key, and nothing is asked anymore. */
  async open(change: Locator): Promise<void> {
    const usage = this.page.waitForResponse((answer) => answer.url().endsWith('/key-usage'))
    await change.click()
    await (await usage).finished()
  }

  /** Regenerates as a person does. */
  async doRegenerate(): Promise<void> {
    await this.regenerate.click()
    await this.confirm(text('common.regenerate')).click()
    await expect(this.dialog).toBeHidden()
  }

  /** The key in clear, which must be on display. */
  async shownKey(): Promise<string> {
    const secret = this.keyCell.getByRole('code')
    await expect(secret).toHaveText(/^[A-Za-z0-9]{12}$/)
    return (await secret.textContent()) ?? ''
  }
}

/** Everything in the document that could hold a secret: text however it is divided, attributes, values of fields. */
export async function everything(page: Page): Promise<string> {
  return page.evaluate(() => {
    const fields = [...document.querySelectorAll('input, textarea')] as HTMLInputElement[]
    const html = document.documentElement.outerHTML
    return [html, html.replaceAll(/<[^>]*>/g, ''), ...fields.map((field) => field.value)].join('\n')
  })
}
