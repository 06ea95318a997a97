import type { Page } from '@playwright/test'
import { AdministratorsPage, RolesPage } from '../harness/administration.ts'
import { lookAgain } from '../harness/gestures.ts'
import { ADMIN, COLLEAGUE } from '../harness/keyward.ts'
import { LossyProxy } from '../harness/lossyProxy.ts'
import { PortalApi } from '../harness/portalApi.ts'
import { SignInForm } from '../harness/signInForm.ts'
import { expect, test } from '../harness/test.ts'
import { text } from '../harness/text.ts'

const CHANGED = text('api-key.stale-title')
const NONE = { apiKeyManagement: 'none', reveal: false, auditLog: false, adminManagement: false, apiAccess: false }

test.describe('two admins at once', () => {
  test('an admin changed by someone else needs a second confirmation', async ({ page, keyward, alice, guard }) => {
    guard.expectStatus(412)
    await keyward.addColleague()
    await alice.invite('carol', 'Auditor')
    const bob = await PortalApi.signIn(keyward.url, COLLEAGUE)
    const admins = await AdministratorsPage.open(page, keyward.url, alice)
    await admins.choose('carol', text('administrators.change-role'))
    await admins.role('Key Manager').check()
    await bob.change('admins', 'carol', 'PUT', '', { roleId: await bob.id('roles', 'API Client Admin') })
    await admins.button(text('administrators.change-role')).click()
    await expect(admins.dialog.getByText(CHANGED)).toBeVisible()
    await expect(admins.dialog).toContainText(text('administrators.now-invited', { role: 'API Client Admin' }))
    await expect(admins.role('Key Manager')).toBeChecked()
    await expect(page.getByRole('row').filter({ hasText: 'carol' })).toContainText('API Client Admin')
    await admins.confirm(text('administrators.change-role'))
    await expect(admins.row('carol')).toContainText('Key Manager')
  })

  test('an admin whom someone else has removed can\'t be changed', async ({ page, keyward, alice, guard }) => {
    guard.expectStatus(404)
    await keyward.addColleague()
    await alice.invite('carol', 'Auditor')
    const bob = await PortalApi.signIn(keyward.url, COLLEAGUE)
    const admins = await AdministratorsPage.open(page, keyward.url, alice)
    await admins.choose('carol', text('administrators.disable'))
    await bob.change('admins', 'carol', 'DELETE')
    await admins.button(text('administrators.disable')).click()
    await expect(admins.dialog.getByText(text('administrators.gone'))).toBeVisible()
    await expect(admins.button(text('administrators.disable'))).toHaveCount(0)
    await admins.confirm(text('common.close'))
    await expect(admins.row('carol')).toHaveCount(0)
    await expect(page.getByRole('heading', { level: 1 })).toBeFocused()
  })

  test('a role deleted before it is granted is chosen again', async ({ page, keyward, alice, guard }) => {
    guard.expectStatus(404)
    await alice.add('roles', { name: 'Watchers', permissions: NONE })
    const admins = await AdministratorsPage.open(page, keyward.url, alice)
    await admins.invite.click()
    await admins.name.fill('carol')
    await admins.role('Watchers').check()
    await alice.change('roles', 'Watchers', 'DELETE')
    await admins.button(text('administrators.invite')).click()
    await expect(admins.dialog.getByText(text('problems.role-not-found'))).toBeVisible()
    await expect(admins.role('Watchers')).toHaveCount(0)
    await expect(admins.name).toHaveValue('carol')
    await admins.button(text('administrators.invite')).click()
    await expect(admins.dialog.getByText(text('administrators.choose-role'))).toBeVisible()
    await admins.role('Auditor').check()
    await admins.button(text('administrators.invite')).click()
    await expect(admins.link).toHaveValue(/#/)
  })

  test('a role deleted while the dialog is open can\'t be chosen', async ({ page, keyward, alice }) => {
    await keyward.addColleague()
    await alice.add('roles', { name: 'Watchers', permissions: NONE })
    const admins = await AdministratorsPage.open(page, keyward.url, alice)
    await admins.choose('bob', text('administrators.change-role'))
    await admins.role('Watchers').check()
    await alice.change('roles', 'Watchers', 'DELETE')
    await lookAgain(page)
    await expect(admins.role('Watchers')).toHaveCount(0)
    await admins.button(text('administrators.change-role')).click()
    await expect(admins.dialog.getByText(text('administrators.choose-role'))).toBeVisible()
    await admins.role('Auditor').check()
    await admins.confirm(text('administrators.change-role'))
    await expect(admins.row('bob')).toContainText('Auditor')
  })

  test('an edit by someone else keeps their change and your input', async ({ page, keyward, alice, guard }) => {
    guard.expectStatus(412)
    await alice.add('roles', { name: 'Watchers', permissions: NONE })
    const roles = await RolesPage.open(page, keyward.url, alice)
    await roles.act('Watchers', text('common.edit'))
    await roles.name.fill('Readers')
    await roles.switch(text('roles.audit-log')).check()
    await alice.change('roles', 'Watchers', 'PUT', '', { name: 'Lookers', permissions: { ...NONE, apiAccess: true } })
    await roles.button(text('common.save')).click()
    await expect(roles.dialog.getByText(CHANGED)).toBeVisible()
    await expect(roles.dialog).toContainText(text('roles.now', { name: 'Lookers', allows: 'Opens API sessions' }))
    await expect(roles.name).toHaveValue('Readers')
    await expect(roles.switch(text('roles.audit-log'))).toBeChecked()
    await roles.confirm(text('common.save'))
    await expect(roles.row('Readers')).toContainText(text('roles.reads-audit-log'))
  })

  test('a role that someone else has given can\'t be deleted', async ({ page, keyward, alice, guard }) => {
    guard.expectStatus(409)
    await alice.add('roles', { name: 'Watchers', permissions: NONE })
    const roles = await RolesPage.open(page, keyward.url, alice)
    await roles.act('Watchers', text('common.delete'))
    await alice.invite('carol', 'Watchers')
    await roles.button(text('common.delete')).click()
    await expect(roles.dialog.getByText(text('problems.role-in-use'))).toBeVisible()
    await roles.confirm(text('common.cancel'))
    await expect(await roles.action('Watchers', text('common.delete'))).toBeDisabled()
  })

  test('a role that someone else has deleted can\'t be edited', async ({ page, keyward, alice }) => {
    await alice.add('roles', { name: 'Watchers', permissions: NONE })
    const roles = await RolesPage.open(page, keyward.url, alice)
    await roles.act('Watchers', text('common.edit'))
    await roles.name.fill('Readers')
    await alice.change('roles', 'Watchers', 'DELETE')
    await lookAgain(page)
    await expect(roles.dialog.getByText(text('roles.gone'))).toBeVisible()
    await expect(roles.name).toHaveValue('Readers')
    await expect(roles.button(text('common.save'))).toHaveCount(0)
    await roles.confirm(text('common.close'))
  })

  test('an admin who loses the permission no longer sees the list', async ({ page, keyward, alice, guard }) => {
    guard.expectStatus(403)
    const admins = await AdministratorsPage.open(page, keyward.url, alice)
    await expect(admins.rows).toHaveCount(1)
    await keyward.role('Auditor')
    await lookAgain(page)
    await expect(page.getByText(text('frame.no-access-title'))).toBeVisible()
    await expect(admins.rows).toHaveCount(0)
    await expect(admins.invite).toHaveCount(0)
  })
})

test.describe('a lost answer', () => {
  test('a lost answer makes one invitation and still shows its link', async ({ page, keyward, alice, guard }) => {
    guard.expectNetworkErrors()
    const proxy = await LossyProxy.before(keyward.address)
    const admins = await AdministratorsPage.open(page, proxy.url, alice)
    const keys = idempotencyKeys(page, 'POST', '/admins')
    await admins.invite.click()
    await admins.name.fill('carol')
    await admins.role('Auditor').check()
    const lost = proxy.loseAnswerTo('POST /api')
    await admins.button(text('administrators.invite')).click()
    await lost
    await expect(admins.link).toHaveValue(/#/)
    const link = await admins.link.inputValue()
    await admins.confirm(text('administrators.link-done'))
    await expect(admins.rows).toHaveCount(2)
    expect(new Set(keys).size).toBe(1)
    await PortalApi.accept(keyward.url, link)
    proxy.close()
  })

  test('a role is added once', async ({ page, keyward, alice, guard }) => {
    guard.expectNetworkErrors()
    const proxy = await LossyProxy.before(keyward.address)
    const roles = await RolesPage.open(page, proxy.url, alice)
    const keys = idempotencyKeys(page, 'POST', '/roles')
    await roles.add.click()
    await roles.name.fill('Watchers')
    const lost = proxy.loseAnswerTo('POST /api')
    await roles.button(text('common.add')).click()
    await lost
    await expect(roles.dialog).toBeHidden()
    await expect(roles.row('Watchers')).toHaveCount(1)
    expect(new Set(keys).size).toBe(1)
    proxy.close()
  })

  test('a removal whose gateway dies is known when it is back', async ({ page, keyward, alice, guard }) => {
    guard.expectNetworkErrors()
    await alice.invite('carol', 'Auditor')
    const proxy = await LossyProxy.before(keyward.address)
    const admins = await AdministratorsPage.open(page, proxy.url, alice)
    await admins.choose('carol', text('administrators.remove'))
    const lost = proxy.loseAnswerTo('DELETE /api', () => keyward.kill())
    await admins.button(text('administrators.remove')).click()
    await lost
    await expect(admins.dialog.getByText(text('change.waiting-title'))).toBeVisible()
    await keyward.start()
    await expect(admins.dialog).toBeHidden()
    await expect(page.getByText(text('administrators.remove-done', { name: 'carol' })).first()).toBeVisible()
    await expect(admins.row('carol')).toHaveCount(0)
    proxy.close()
  })
})

test('a session that ends in a form loses nothing', async ({ page, keyward, alice, guard }) => {
  guard.expectStatus(401)
  const roles = await RolesPage.open(page, keyward.url, alice)
  await roles.add.click()
  await roles.name.fill('Watchers')
  await roles.switch(text('roles.audit-log')).check()
  await keyward.endSessions()
  await roles.button(text('common.add')).click()
  const signIn = page.getByRole('dialog', { name: text('interrupted.sign-in-title') })
  await new SignInForm(signIn).password.fill(ADMIN.password)
  await new SignInForm(signIn).submit.click()
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(roles.row('Watchers')).toContainText(text('roles.reads-audit-log'))
})

test('declining re-authentication keeps what was chosen', async ({ page, keyward, alice, guard }) => {
  guard.expectStatus(403)
  const admins = await AdministratorsPage.open(page, keyward.url, alice)
  await admins.invite.click()
  await admins.name.fill('carol')
  await admins.role('Auditor').check()
  await keyward.sql('UPDATE portal_sessions SET authenticated_on = 0')
  await admins.button(text('administrators.invite')).click()
  const ask = page.getByRole('dialog', { name: text('interrupted.password-title') })
  await ask.getByRole('button', { name: text('common.cancel') }).click()
  await expect(ask).toBeHidden()
  await expect(admins.name).toHaveValue('carol')
  await expect(admins.role('Auditor')).toBeChecked()
  await admins.button(text('administrators.invite')).click()
  await ask.getByLabel(text('sign-in.password'), { exact: true }).fill(ADMIN.password)
  await page.keyboard.press('Enter')
  await expect(admins.link).toHaveValue(/#/)
})

/** Those of the requests that the page sends from now on. */
function idempotencyKeys(page: Page, method: string, end: string): string[] {
  const keys: string[] = []
  page.on('request', (request) => {
    if (request.method() === method && request.url().endsWith(end)) keys.push(request.headers()['idempotency-key'] ?? '')
  })
  return keys
}
