import { type Locator, type Page, expect } from '@playwright/test'
import { action, lookAgain } from './gestures.ts'
import { expectLoaded } from './loaded.ts'
import type { PortalApi } from './portalApi.ts'
import { text } from './text.ts'

/** What a person finds on the tab *Sandbox API Token*. */
export class SandboxTokensPage {
  readonly rows: Locator
  readonly add: Locator
  readonly find: Locator
  readonly dialog: Locator
  readonly name: Locator

  constructor(readonly page: Page) {
    this.rows = page.getByRole('table', { name: text('sandbox-tokens.caption') }).getByRole('row').filter({ has: page.getByRole('cell').getByRole('button') })
    this.add = page.getByRole('button', { name: text('sandbox-tokens.add') })
    this.find = page.getByRole('button', { name: text('sandbox-tokens.find') })
    this.dialog = page.getByRole('dialog')
    this.name = this.dialog.getByLabel(text('common.name'))
  }

  /** Opens the tab with the session of `admin`. */
  static async open(page: Page, url: string, admin: PortalApi): Promise<SandboxTokensPage> {
    await page.context().addCookies([admin.cookieFor(url)])
    await page.goto(`${url}/o/${admin.organization}/sandbox-tokens`)
    await expectLoaded(page)
    const tokens = new SandboxTokensPage(page)
    await expect(tokens.find).toBeVisible()
    return tokens
  }

  /** The row of a token. */
  row(name: string): Locator {
    return this.rows.filter({ has: this.page.getByRole('cell', { name: new RegExp(`\\b${name}$`) }) })
  }

  /** A button of a row. */
  of(name: string, action: 'reveal' | 'hide' | 'copy'): Locator {
    return this.row(name).getByRole('button', { name: text(`controls.${action}-of`, { name }), exact: true })
  }

  /** The button that tells which clients use a token. */
  usage(name: string): Locator {
    return this.page.getByRole('button', { name: text('sandbox-tokens.usage-of', { token: name }), exact: true })
  }

  /** The control that does something with a row. */
  action(name: string, verb: string): Promise<Locator> {
    return action(this.page, verb, name)
  }

  /** Does something with a row. */
  async act(name: string, verb: string): Promise<void> {
    await (await this.action(name, verb)).click()
  }

  /** A button of the open dialog. */
  button(name: string): Locator {
    return this.dialog.getByRole('button', { name, exact: true })
  }

  /** Presses the button of the open dialog that does it, and waits until it is done. */
  async confirm(name: string): Promise<void> {
    await this.button(name).click()
    await expect(this.dialog).toBeHidden()
  }

  /** Adds a token as a person does, and answers it. */
  async doAdd(name: string): Promise<string> {
    await this.add.click()
    await this.name.fill(name)
    await this.confirm(text('common.add'))
    return this.shown(name)
  }

  /** Waits until the page knows that a token was used: that is noted beside the requests. */
  async used(name: string): Promise<void> {
    await expect(async () => {
      await lookAgain(this.page)
      await expect(this.usage(name)).toBeVisible({ timeout: 500 })
    }).toPass()
  }

  /** The token in clear, which must be on display. */
  async shown(name: string): Promise<string> {
    const secret = this.row(name).getByRole('code')
    await expect(secret).toHaveText(/^sbx_[A-Za-z0-9]{32}$/)
    return (await secret.textContent()) ?? ''
  }
}

/** Whether a proxy is told to admit a request with a token to the Sandbox; the status it is told. */
export async function submit(url: string, token: string, userAgent = 'scanner/1.0'): Promise<number> {
  const answer = await fetch(`${url}/verify/zscsb/submit?api_token=${token}`, { headers: { 'user-agent': userAgent } })
  return answer.status
}
