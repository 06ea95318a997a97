import { type Locator, type Page, expect } from '@playwright/test'
import { action, menuOf } from './gestures.ts'
import { expectLoaded } from './loaded.ts'
import type { PortalApi } from './portalApi.ts'
import { text } from './text.ts'

/** What Super Admins may do. */
export const ALL_PERMISSIONS = { apiKeyManagement: 'full', reveal: true, auditLog: true, adminManagement: true, apiAccess: true }

/** What the pages *Administrators* and *Roles* have in common: a table with a row for each, and a dialog. */
class ListPage {
  readonly rows: Locator
  readonly dialog: Locator

  constructor(
    readonly page: Page,
    caption: string,
  ) {
    this.rows = page.getByRole('table', { name: caption }).getByRole('row').filter({ has: page.locator('.row-name') })
    this.dialog = page.getByRole('dialog')
  }

  /** The row that begins with this name. */
  row(name: string): Locator {
    return this.rows.filter({ has: this.page.getByRole('cell', { name: new RegExp(`^${name}\\b`) }) })
  }

  /** The button that opens the menu of a row. */
  menu(name: string): Locator {
    return menuOf(this.page, name)
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
}

/** What a person finds on the page *Administrators*. */
export class AdministratorsPage extends ListPage {
  readonly invite: Locator
  readonly name: Locator
  readonly link: Locator

  constructor(page: Page) {
    super(page, text('administrators.title'))
    this.invite = page.getByRole('button', { name: text('administrators.invite-admin') })
    this.name = this.dialog.getByLabel(text('administrators.user-name'))
    this.link = this.dialog.getByLabel(text('administrators.link'))
  }

  /** Opens the page with the session of `admin`. */
  static async open(page: Page, url: string, admin: PortalApi): Promise<AdministratorsPage> {
    await open(page, url, admin, 'administrators')
    return new AdministratorsPage(page)
  }

  /** An entry of the open menu. */
  entry(action: string): Locator {
    return this.page.getByRole('group', { name: text('controls.actions') }).getByRole('button', { name: action, exact: true })
  }

  role(name: string): Locator {
    return this.dialog.getByRole('radio', { name, exact: true })
  }

  /** Opens the dialog of an action. */
  async choose(name: string, action: string): Promise<void> {
    await this.act(name, action)
    await expect(this.dialog).toHaveAccessibleName(new RegExp(`${name} .*\\?$`))
  }

  /** Invites someone as a person does, and answers the link. */
  async doInvite(name: string, role: string): Promise<string> {
    await this.invite.click()
    await this.name.fill(name)
    await this.role(role).check()
    await this.button(text('administrators.invite')).click()
    await expect(this.link).toHaveValue(/\/invitation#/)
    const link = await this.link.inputValue()
    await this.confirm(text('administrators.link-done'))
    return link
  }
}

/** What a person finds on the page *Roles*. */
export class RolesPage extends ListPage {
  readonly add: Locator
  readonly name: Locator

  constructor(page: Page) {
    super(page, text('roles.title'))
    this.add = page.getByRole('button', { name: text('roles.add-role') })
    this.name = this.dialog.getByLabel(text('common.name'))
  }

  /** Opens the page with the session of `admin`. */
  static async open(page: Page, url: string, admin: PortalApi): Promise<RolesPage> {
    await open(page, url, admin, 'roles')
    return new RolesPage(page)
  }

  /** A choice of *API Key Management*. */
  keyManagement(name: string): Locator {
    return this.dialog.getByRole('radio', { name, exact: true })
  }

  switch(name: string): Locator {
    return this.dialog.getByRole('switch', { name, exact: true })
  }
}

async function open(page: Page, url: string, admin: PortalApi, name: string): Promise<void> {
  await page.context().addCookies([admin.cookieFor(url)])
  await page.goto(`${url}/o/${admin.organization}/${name}`)
  await expectLoaded(page)
}
