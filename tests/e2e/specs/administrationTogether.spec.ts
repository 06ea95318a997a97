import type { Page } from '@playwright/test'
import { AdministratorsPage, RolesPage } from '../harness/administration.ts'
import { lookAgain } from '../harness/gestures.ts'
import { ADMIN, COLLEAGUE } from '../harness/keyward.ts'
import { LossyProxy } from '../harness/lossyProxy.ts'
import { PortalApi } from '../harness/portalApi.ts'
import { SignInForm } from '../harness/signInForm.ts'
import { expect, test } from '../harness/test.ts'

const CHANGED = 'Someone else changed this while you were editing'
const NONE = { apiKeyManagement: 'none', reveal: false, auditLog: false, adminManagement: false, apiAccess: false }

test.describe('two admins at once', () => {
  test('an admin whom someone else has changed is changed only after another look', async ({ page, keyward, alice, guard }) => {
    guard.expectStatus(412)
    await keyward.addColleague()
    await alice.invite('carol', 'Auditor')
    const bob = await PortalApi.signIn(keyward.url, COLLEAGUE)
    const admins = await AdministratorsPage.open(page, keyward.url, alice)
    await admins.choose('carol', 'Change role')
    await admins.role('Key Manager').check()
    await bob.change('admins', 'carol', 'PUT', '', { roleId: await bob.id('roles', 'API Client Admin') })
    await admins.button('Change role').click()
    await expect(admins.dialog.getByText(CHANGED)).toBeVisible()
    await expect(admins.dialog).toContainText('Now: API Client Admin, invited.')
    await expect(admins.role('Key Manager')).toBeChecked()
    await expect(page.getByRole('row').filter({ hasText: 'carol' })).toContainText('API Client Admin')
    await admins.confirm('Change role')
    await expect(admins.row('carol')).toContainText('Key Manager')
  })

  test('an admin whom someone else has removed can\'t be changed', async ({ page, keyward, alice, guard }) => {
    guard.expectStatus(404)
    await keyward.addColleague()
    await alice.invite('carol', 'Auditor')
    const bob = await PortalApi.signIn(keyward.url, COLLEAGUE)
    const admins = await AdministratorsPage.open(page, keyward.url, alice)
    await admins.choose('carol', 'Disable')
    await bob.change('admins', 'carol', 'DELETE')
    await admins.button('Disable').click()
    await expect(admins.dialog.getByText('This admin no longer has a role in this organization')).toBeVisible()
    await expect(admins.button('Disable')).toHaveCount(0)
    await admins.confirm('Close')
    await expect(admins.row('carol')).toHaveCount(0)
    await expect(page.getByRole('heading', { level: 1 })).toBeFocused()
  })

  test('a role that is gone when it is to be given is chosen anew', async ({ page, keyward, alice, guard }) => {
    guard.expectStatus(404)
    await alice.add('roles', { name: 'Watchers', permissions: NONE })
    const admins = await AdministratorsPage.open(page, keyward.url, alice)
    await admins.invite.click()
    await admins.name.fill('carol')
    await admins.role('Watchers').check()
    await alice.change('roles', 'Watchers', 'DELETE')
    await admins.button('Invite').click()
    await expect(admins.dialog.getByText('There is no such role any longer.')).toBeVisible()
    await expect(admins.role('Watchers')).toHaveCount(0)
    await expect(admins.name).toHaveValue('carol')
    await admins.button('Invite').click()
    await expect(admins.dialog.getByText('Choose a role.')).toBeVisible()
    await admins.role('Auditor').check()
    await admins.button('Invite').click()
    await expect(admins.link).toHaveValue(/#/)
  })

  test('a role that goes while the dialog is open is no choice any longer', async ({ page, keyward, alice }) => {
    await keyward.addColleague()
    await alice.add('roles', { name: 'Watchers', permissions: NONE })
    const admins = await AdministratorsPage.open(page, keyward.url, alice)
    await admins.choose('bob', 'Change role')
    await admins.role('Watchers').check()
    await alice.change('roles', 'Watchers', 'DELETE')
    await lookAgain(page)
    await expect(admins.role('Watchers')).toHaveCount(0)
    await admins.button('Change role').click()
    await expect(admins.dialog.getByText('Choose a role.')).toBeVisible()
    await admins.role('Auditor').check()
    await admins.confirm('Change role')
    await expect(admins.row('bob')).toContainText('Auditor')
  })

  test('a role that someone else has edited keeps both what they did and what was filled in', async ({ page, keyward, alice, guard }) => {
    guard.expectStatus(412)
    await alice.add('roles', { name: 'Watchers', permissions: NONE })
    const roles = await RolesPage.open(page, keyward.url, alice)
    await roles.act('Watchers', 'Edit')
    await roles.name.fill('Readers')
    await roles.switch('Audit log').check()
    await alice.change('roles', 'Watchers', 'PUT', '', { name: 'Lookers', permissions: { ...NONE, apiAccess: true } })
    await roles.button('Save').click()
    await expect(roles.dialog.getByText(CHANGED)).toBeVisible()
    await expect(roles.dialog).toContainText('It\'s now: Lookers – Opens API sessions.')
    await expect(roles.name).toHaveValue('Readers')
    await expect(roles.switch('Audit log')).toBeChecked()
    await roles.confirm('Save')
    await expect(roles.row('Readers')).toContainText('Reads the audit log')
  })

  test('a role that someone else has given can\'t be deleted', async ({ page, keyward, alice, guard }) => {
    guard.expectStatus(409)
    await alice.add('roles', { name: 'Watchers', permissions: NONE })
    const roles = await RolesPage.open(page, keyward.url, alice)
    await roles.act('Watchers', 'Delete')
    await alice.invite('carol', 'Watchers')
    await roles.button('Delete').click()
    await expect(roles.dialog.getByText('Admins have this role. Give them another one first.')).toBeVisible()
    await roles.confirm('Cancel')
    await expect(await roles.action('Watchers', 'Delete')).toBeDisabled()
  })

  test('a role that someone else has deleted can\'t be edited', async ({ page, keyward, alice }) => {
    await alice.add('roles', { name: 'Watchers', permissions: NONE })
    const roles = await RolesPage.open(page, keyward.url, alice)
    await roles.act('Watchers', 'Edit')
    await roles.name.fill('Readers')
    await alice.change('roles', 'Watchers', 'DELETE')
    await lookAgain(page)
    await expect(roles.dialog.getByText('Someone else deleted this role')).toBeVisible()
    await expect(roles.name).toHaveValue('Readers')
    await expect(roles.button('Save')).toHaveCount(0)
    await roles.confirm('Close')
  })

  test('whoever loses the right meanwhile sees the list no longer', async ({ page, keyward, alice, guard }) => {
    guard.expectStatus(403)
    const admins = await AdministratorsPage.open(page, keyward.url, alice)
    await expect(admins.rows).toHaveCount(1)
    await keyward.role('Auditor')
    await lookAgain(page)
    await expect(page.getByText('You don\'t have access to this page')).toBeVisible()
    await expect(admins.rows).toHaveCount(0)
    await expect(admins.invite).toHaveCount(0)
  })
})

test.describe('a lost answer', () => {
  test('an invitation is made once, and its link is shown all the same', async ({ page, keyward, alice, guard }) => {
    guard.expectNetworkErrors()
    const proxy = await LossyProxy.before(keyward.address)
    const admins = await AdministratorsPage.open(page, proxy.url, alice)
    const keys = idempotencyKeys(page, 'POST', '/admins')
    await admins.invite.click()
    await admins.name.fill('carol')
    await admins.role('Auditor').check()
    const lost = proxy.loseAnswerTo('POST /api')
    await admins.button('Invite').click()
    await lost
    await expect(admins.link).toHaveValue(/#/)
    const link = await admins.link.inputValue()
    await admins.confirm('Done')
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
    await roles.button('Add').click()
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
    await admins.choose('carol', 'Remove')
    const lost = proxy.loseAnswerTo('DELETE /api', () => keyward.kill())
    await admins.button('Remove').click()
    await lost
    await expect(admins.dialog.getByText('Still waiting for the server')).toBeVisible()
    await keyward.start()
    await expect(admins.dialog).toBeHidden()
    await expect(page.getByText('carol was removed.').first()).toBeVisible()
    await expect(admins.row('carol')).toHaveCount(0)
    proxy.close()
  })
})

test('a session that ends in mid-form takes nothing, and the change goes on', async ({ page, keyward, alice, guard }) => {
  guard.expectStatus(401)
  const roles = await RolesPage.open(page, keyward.url, alice)
  await roles.add.click()
  await roles.name.fill('Watchers')
  await roles.switch('Audit log').check()
  await keyward.endSessions()
  await roles.button('Add').click()
  const signIn = page.getByRole('dialog', { name: 'Sign in again' })
  await new SignInForm(signIn).password.fill(ADMIN.password)
  await new SignInForm(signIn).submit.click()
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(roles.row('Watchers')).toContainText('Reads the audit log')
})

test('a password that is too old is asked for, and declining keeps what was chosen', async ({ page, keyward, alice, guard }) => {
  guard.expectStatus(403)
  const admins = await AdministratorsPage.open(page, keyward.url, alice)
  await admins.invite.click()
  await admins.name.fill('carol')
  await admins.role('Auditor').check()
  await keyward.sql('UPDATE portal_sessions SET authenticated_on = 0')
  await admins.button('Invite').click()
  const ask = page.getByRole('dialog', { name: 'Enter your password' })
  await ask.getByRole('button', { name: 'Cancel' }).click()
  await expect(ask).toBeHidden()
  await expect(admins.name).toHaveValue('carol')
  await expect(admins.role('Auditor')).toBeChecked()
  await admins.button('Invite').click()
  await ask.getByLabel('Password', { exact: true }).fill(ADMIN.password)
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
