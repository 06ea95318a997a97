import type { Locator, Page } from '@playwright/test'
import { AdministratorsPage, RolesPage } from '../harness/administration.ts'
import { AuditLog } from '../harness/auditLog.ts'
import { allowCopying } from '../harness/browser.ts'
import { GettingStartedPage } from '../harness/gettingStarted.ts'
import { menuOf } from '../harness/gestures.ts'
import { Keyboard } from '../harness/keyboard.ts'
import { ADMIN } from '../harness/keyward.ts'
import { OauthServersPage, expect, test } from '../harness/oauthServers.ts'
import { SandboxTokensPage } from '../harness/sandboxTokens.ts'
import { ShapedTable } from '../harness/shapedTable.ts'
import { saying, text, windowTitle } from '../harness/text.ts'

test.slow()
// The limit of 2 sign-ins a second is not what these tests are about.
test.use({ flags: ['--rate-limit-session', 'off', '--oauth-allowed-networks=127.0.0.1'] })

/** Opens the menu of a row and presses one of its entries, or the button that the row has for it. */
async function act(keyboard: Keyboard, page: Page, verb: string, name: string): Promise<void> {
  const button = page.getByRole('button', { name: `${verb} ${name}`, exact: true })
  if (await button.isVisible()) return keyboard.press(button)
  await keyboard.press(menuOf(page, name))
  const entries = page.getByRole('group', { name: `Actions: ${name}`, exact: true })
  await keyboard.press(entries.getByRole('button', { name: verb, exact: true }))
}

/** Presses the button of the dialog that does it, and waits until it's done. */
async function confirm(keyboard: Keyboard, dialog: Locator, verb: string): Promise<void> {
  await keyboard.press(dialog.getByRole('button', { name: verb, exact: true }))
  await expect(dialog).toBeHidden()
}

test('admins and roles without a mouse', async ({ page, keyward, alice }) => {
  const keyboard = new Keyboard(page)
  const roles = await RolesPage.open(page, keyward.url, alice)
  await keyboard.press(roles.add)
  await expect(roles.name).toBeFocused()
  await page.keyboard.type('Watchers')
  await keyboard.choose(roles.keyManagement(text('roles.key-view')))
  await keyboard.press(roles.switch(text('roles.audit-log')), 'Space')
  await confirm(keyboard, roles.dialog, text('common.add'))
  await expect(roles.add).toBeFocused()
  await act(keyboard, page, text('common.edit'), 'Watchers')
  await keyboard.type(roles.name, 'Lookers')
  await confirm(keyboard, roles.dialog, text('common.save'))
  await expect(roles.row('Lookers')).toHaveCount(1)

  const admins = await AdministratorsPage.open(page, keyward.url, alice)
  await keyboard.press(admins.invite)
  await expect(admins.name).toBeFocused()
  await page.keyboard.type('carol')
  await keyboard.choose(admins.role('Lookers'))
  await keyboard.press(admins.button(text('administrators.invite')))
  await expect(admins.link).toBeFocused()
  await confirm(keyboard, admins.dialog, text('administrators.link-done'))
  await expect(admins.invite).toBeFocused()
  for (const [verb, says] of [['disable', 'disabled'], ['enable', 'invited'], ['remove', '']] as const) {
    await act(keyboard, page, text(`administrators.${verb}`), 'carol')
    await expect(admins.dialog).toHaveAccessibleName(new RegExp('carol'))
    await confirm(keyboard, admins.dialog, text(`administrators.${verb}`))
    if (says === '') {
      await expect(admins.row('carol')).toHaveCount(0)
      await expect(page.getByRole('heading', { level: 1 })).toBeFocused()
    } else {
      await expect(admins.row('carol')).toContainText(text(`administrators.${says}`))
      await expect(menuOf(page, 'carol')).toBeFocused()
    }
  }
})

test('authorization servers and tokens without a mouse', async ({ page, keyward, alice, provider, guard }) => {
  // A token that isn't one of these anymore.
  guard.expectStatus(404)
  const keyboard = new Keyboard(page)
  const servers = await OauthServersPage.open(page, keyward.url, alice)
  await keyboard.press(servers.add)
  await expect(servers.field(text('common.name'))).toBeFocused()
  await page.keyboard.type('Login')
  await keyboard.type(servers.field(text('oauth-servers.jwks-location')), provider.discovery)
  await keyboard.press(servers.button(text('oauth-servers.validate')))
  await expect(servers.dialog.getByText(text('oauth-servers.usable-keys', { count: 1 }))).toBeVisible()
  await confirm(keyboard, servers.dialog, text('common.add'))
  await expect(servers.row(text('oauth-servers.caption'), 'Login')).toContainText(text('oauth-servers.enabled'))
  await keyboard.press(servers.addRole)
  await page.keyboard.type('scripts')
  await keyboard.choose(servers.dialog.getByRole('radio', { name: text('api-roles.view') }))
  await confirm(keyboard, servers.dialog, text('common.add'))
  await expect(servers.addRole).toBeFocused()
  await act(keyboard, page, text('common.delete'), 'Login')
  await confirm(keyboard, servers.dialog, text('common.delete'))
  await expect(page.getByText(text('oauth-servers.empty-title'))).toBeVisible()
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused()

  const tokens = await SandboxTokensPage.open(page, keyward.url, alice)
  await keyboard.press(tokens.add)
  await expect(tokens.name).toBeFocused()
  await page.keyboard.type('mail-gw')
  await confirm(keyboard, tokens.dialog, text('common.add'))
  const first = await tokens.shown('mail-gw')
  await keyboard.press(tokens.of('mail-gw', 'hide'))
  await expect(tokens.of('mail-gw', 'reveal')).toBeFocused()
  await act(keyboard, page, text('common.regenerate'), 'mail-gw')
  await confirm(keyboard, tokens.dialog, text('common.regenerate'))
  expect(await tokens.shown('mail-gw')).not.toBe(first)
  await keyboard.press(tokens.find)
  await page.keyboard.type(first)
  await page.keyboard.press('Enter')
  await expect(tokens.dialog.getByText(text('sandbox-tokens.not-found-title'))).toBeVisible()
  await confirm(keyboard, tokens.dialog, text('common.close'))
  await expect(tokens.find).toBeFocused()
  await act(keyboard, page, text('common.delete'), 'mail-gw')
  await confirm(keyboard, tokens.dialog, text('common.delete'))
  await expect(page.getByText(text('sandbox-tokens.empty-title'))).toBeVisible()
})

test('the audit log and its columns without a mouse', async ({ page, keyward, alice }) => {
  await alice.reveal()
  const keyboard = new Keyboard(page)
  const log = await AuditLog.open(page, keyward.url, alice)
  await expect(log.of('Reveal')).toHaveCount(1)
  await keyboard.to(log.filter(text('audit-log.action')))
  await page.keyboard.type('Reveal')
  await expect(log.rows).toHaveCount(1)
  await expect(log.filter(text('audit-log.action'))).toBeFocused()
  await keyboard.press(log.rows.first().getByRole('button', { name: saying('audit-log.open', { time: /.+/ }) }))
  await expect(log.dialog).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(log.dialog).toBeHidden()
  await expect(log.rows.first().getByRole('button')).toBeFocused()
  await keyboard.press(page.getByRole('button', { name: text('audit-log.clear') }))
  await expect(page).toHaveURL(/\/audit-log$/)

  const table = new ShapedTable(page, text('audit-log.caption'))
  const action = text('audit-log.action')
  await keyboard.press(table.open)
  await keyboard.press(table.control(text('table.down', { column: action })))
  await table.expectSaid(text('table.place', { column: action, position: 3, all: 8 }))
  await expect(table.control(text('table.down', { column: action }))).toBeFocused()
  await keyboard.press(table.control(text('table.narrower', { column: action })))
  await keyboard.press(table.shown(action), 'Space')
  await expect(table.heading(action)).toHaveCount(0)
  await keyboard.press(table.reset)
  await page.keyboard.press('Escape')
  await expect(table.open).toBeFocused()
  await expect(table.heading(action)).toBeVisible()
})

test('organizations and the own account without a mouse', async ({ keyPage: page, context, keyward, alice }) => {
  await keyward.addOrganizations(['Globex'])
  await page.reload()
  const keyboard = new Keyboard(page)
  await keyboard.press(page.getByRole('button', { name: saying('controls.chosen', { label: text('common.organization'), choice: /.+/ }) }))
  await expect(page.getByRole('combobox', { name: text('frame.search-organizations') })).toBeFocused()
  await page.keyboard.type('glo')
  await page.keyboard.press('Enter')
  await expect(page).toHaveTitle(windowTitle(text('api-key.title'), 'Globex'))

  const dark = page.getByRole('radio', { name: text('frame.theme-dark') }).first()
  await keyboard.choose(dark)
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')

  await keyboard.press(page.getByRole('link', { name: text('frame.account-page') }))
  await keyboard.press(page.getByRole('button', { name: text('account.change-password') }))
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByLabel(text('account.current-password'))).toBeFocused()
  await page.keyboard.type(ADMIN.password)
  await keyboard.type(dialog.getByLabel(text('account.new-password')), 'another good password')
  await page.keyboard.press('Enter')
  await expect(dialog).toBeHidden()
  await expect(page.getByText(text('account.password-changed'))).toBeVisible()
  await expect(page.getByRole('button', { name: text('account.change-password') })).toBeFocused()

  const start = await GettingStartedPage.open(page, keyward.url, alice)
  await keyboard.to(start.key.getByRole('tab', { name: 'curl', exact: true }))
  await page.keyboard.press('ArrowRight')
  const snippet = start.key.getByRole('tabpanel', { name: 'Python', exact: true })
  await allowCopying(context)
  await keyboard.press(snippet.getByRole('button', { name: text('common.copy') }))
  await expect(snippet.getByRole('status').filter({ hasText: text('controls.copied') })).toBeVisible()
  // The page itself may not read the clipboard: what is pasted tells.
  const beside = await context.newPage()
  await beside.setContent('<textarea></textarea>')
  await beside.locator('textarea').press('Control+V')
  await expect(beside.locator('textarea')).toHaveValue((await snippet.locator('pre').textContent()) ?? '')
  await beside.close()
  await keyboard.press(start.tryIt)
  await expect(start.dialog.getByLabel(text('getting-started.the-password'), { exact: true })).toBeFocused()
  await page.keyboard.type('another good password')
  await page.keyboard.press('Enter')
  await expect(start.dialog.getByText(text('getting-started.worked-title'))).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(start.dialog).toBeHidden()
  await expect(start.tryIt).toBeFocused()
})
