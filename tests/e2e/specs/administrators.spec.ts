import { ALL_PERMISSIONS, AdministratorsPage } from '../harness/administration.ts'
import { allowCopying } from '../harness/browser.ts'
import { isAlive, openSession } from '../harness/cloudApi.ts'
import { expectRefused, lookAgain, tabTo } from '../harness/gestures.ts'
import { everything } from '../harness/keyPage.ts'
import { COLLEAGUE } from '../harness/keyward.ts'
import { PortalApi } from '../harness/portalApi.ts'
import { expect, test } from '../harness/test.ts'
import { text } from '../harness/text.ts'

// The limit of 2 sign-ins a second is not what these tests are about.
test.use({ flags: ['--rate-limit-session', 'off'] })

const OWN = text('refusals.own-account')

test('the list shows each admin\'s role and sessions', async ({ page, keyward, alice }) => {
  await keyward.addColleague()
  expect((await openSession(keyward.url, await alice.reveal())).status).toBe(200)
  const admins = await AdministratorsPage.open(page, keyward.url, alice)
  await expect(admins.row('alice').getByRole('cell')).toContainText([`alice ${text('administrators.you')}`, 'Super Admin', text('administrators.active'), /\d/, text('administrators.sessions-of-both', { portal: 1, api: 1 })])
  await expect(admins.row('bob').getByRole('cell')).toContainText(['bob', 'Super Admin', text('administrators.active'), text('administrators.never'), text('common.none')])
  await expect(admins.rows).toHaveCount(2)
})

test('an admin is invited by a link that is shown once', async ({ page, context, keyward, alice }) => {
  await allowCopying(context)
  const admins = await AdministratorsPage.open(page, keyward.url, alice)
  await admins.invite.click()
  await admins.name.fill(' carol@acme.example ')
  await admins.role('Auditor').check()
  await admins.button(text('administrators.invite')).click()
  await expect(admins.dialog).toHaveAccessibleName(text('administrators.link-title'))
  await expect(admins.dialog).toContainText('carol@acme.example')
  await expect(admins.dialog).toContainText('Auditor')
  const link = await admins.link.inputValue()
  expect(link.startsWith(`${keyward.url}/invitation#`)).toBe(true)
  await admins.button(text('common.copy')).click()
  await expect(admins.button(text('controls.copied'))).toBeVisible()

  // A slip does not lose it.
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  await page.mouse.click(4, 4)
  await expect(admins.link).toHaveValue(link)
  await admins.confirm(text('administrators.link-done'))
  await expect(admins.invite).toBeFocused()
  expect(await everything(page)).not.toContain(new URL(link).hash.slice(1))
  await expect(admins.row('carol@acme.example').getByRole('cell')).toContainText(['', 'Auditor', new RegExp(`${text('administrators.invited')}.*${text('administrators.invited-until', { when: '' })}`), text('administrators.never'), text('common.none')])

  await PortalApi.accept(keyward.url, link)
  await lookAgain(page)
  await expect(admins.row('carol@acme.example').getByRole('cell')).toContainText(['', 'Auditor', text('administrators.active'), /\d/, text('administrators.sessions-of-portal', { portal: 1 })])
})

test('an invalid invitation says why beside the field', async ({ page, keyward, alice, guard }) => {
  guard.expectStatus(409)
  const admins = await AdministratorsPage.open(page, keyward.url, alice)
  await admins.invite.click()
  await admins.button(text('administrators.invite')).click()
  await expect(admins.name).toHaveAccessibleDescription(text('fields.missing'))
  await expect(admins.name).toBeFocused()
  await expect(admins.dialog.getByRole('group', { name: text('common.role') })).toHaveAccessibleDescription(text('administrators.choose-role'))
  await admins.name.fill('two words')
  await admins.role('Key Manager').check()
  await admins.button(text('administrators.invite')).click()
  await expect(admins.name).toHaveAccessibleDescription(text('fields.has-spaces'))
  await admins.name.fill('alice')
  await admins.button(text('administrators.invite')).click()
  await expect(admins.name).toHaveAccessibleDescription(text('problems.administrator-exists'))
  await expect(admins.name).toHaveValue('alice')
  await expect(admins.role('Key Manager')).toBeChecked()
  // What is wrong with a name is said no longer once it is another.
  await admins.name.fill('alicia')
  await expect(admins.name).not.toHaveAttribute('aria-invalid')
  await page.keyboard.press('Enter')
  await expect(admins.link).toHaveValue(/#/)
})

test('a double click invites once', async ({ page, keyward, alice }) => {
  const admins = await AdministratorsPage.open(page, keyward.url, alice)
  await admins.invite.click()
  await admins.name.fill('carol')
  await admins.role('Auditor').check()
  await admins.button(text('administrators.invite')).dblclick()
  await expect(admins.link).toHaveValue(/#/)
  await admins.confirm(text('administrators.link-done'))
  await expect(admins.rows).toHaveCount(2)
})

test('a renewed invitation replaces the link', async ({ page, keyward, alice }) => {
  const old = await alice.invite('carol', 'Auditor')
  await keyward.sql(`UPDATE invitations SET expires_on = 0`)
  const admins = await AdministratorsPage.open(page, keyward.url, alice)
  await expect(admins.row('carol')).toContainText(text('administrators.invitation-expired'))
  await admins.choose('carol', text('administrators.renew-invitation'))
  await admins.button(text('administrators.renew-invitation')).click()
  await expect(admins.link).toHaveValue(/#/)
  const link = await admins.link.inputValue()
  await admins.confirm(text('administrators.link-done'))
  await expect(admins.menu('carol')).toBeFocused()
  await expect(admins.row('carol')).toContainText(new RegExp(`${text('administrators.invited')}.*${text('administrators.invited-until', { when: '' })}`))
  await expect(PortalApi.accept(keyward.url, old)).rejects.toThrow('invitation-invalid')
  await PortalApi.accept(keyward.url, link)
})

test('a different role applies immediately', async ({ page, keyward, alice }) => {
  await keyward.addColleague()
  const session = await openSession(keyward.url, await alice.reveal(), COLLEAGUE)
  const admins = await AdministratorsPage.open(page, keyward.url, alice)
  await admins.choose('bob', text('administrators.change-role'))
  await expect(admins.role('Super Admin')).toBeChecked()
  await admins.button(text('administrators.change-role')).click()
  await expect(admins.dialog).toContainText(text('administrators.same-role'))
  await admins.role('Auditor').check()
  await admins.confirm(text('administrators.change-role'))
  await expect(page.getByText(text('administrators.change-role-done', { name: 'bob' })).first()).toBeVisible()
  await expect(admins.row('bob')).toContainText('Auditor')
  await expect(admins.row('bob').getByRole('cell').nth(4)).toHaveText(text('common.none'))
  expect(await isAlive(keyward.url, session)).toBe(false)
})

test('a disabled admin is out until enabled', async ({ page, keyward, alice }) => {
  await keyward.addColleague()
  const key = await alice.reveal()
  const bob = await PortalApi.signIn(keyward.url, COLLEAGUE)
  const session = await openSession(keyward.url, key, COLLEAGUE)
  const admins = await AdministratorsPage.open(page, keyward.url, alice)
  await admins.choose('bob', text('administrators.disable'))
  await expect(admins.button(text('common.cancel'))).toBeFocused()
  await admins.confirm(text('administrators.disable'))
  await expect(admins.row('bob')).toContainText(text('administrators.disabled'))
  expect(await isAlive(keyward.url, session)).toBe(false)
  expect(await bob.isSignedIn()).toBe(false)
  expect((await openSession(keyward.url, key, COLLEAGUE)).status).toBe(400)

  await admins.choose('bob', text('administrators.enable'))
  await admins.confirm(text('administrators.enable'))
  await expect(admins.row('bob')).toContainText(text('administrators.active'))
  expect((await openSession(keyward.url, key, COLLEAGUE)).status).toBe(200)
  expect(await bob.isSignedIn()).toBe(false)
})

test('sessions are ended, and counted', async ({ page, keyward, alice }) => {
  await keyward.addColleague()
  const bob = await PortalApi.signIn(keyward.url, COLLEAGUE)
  const session = await openSession(keyward.url, await alice.reveal(), COLLEAGUE)
  const admins = await AdministratorsPage.open(page, keyward.url, alice)
  await admins.choose('bob', text('administrators.end-sessions'))
  await admins.confirm(text('administrators.end-sessions'))
  await expect(page.getByText(text('administrators.end-sessions-done', { name: 'bob', portal: 1, api: 1 })).first()).toBeVisible()
  expect(await isAlive(keyward.url, session)).toBe(false)
  expect(await bob.isSignedIn()).toBe(false)
  expect(await alice.isSignedIn()).toBe(true)
  await admins.menu('bob').click()
  await expectRefused(admins.entry(text('administrators.end-sessions')), text('administrators.no-sessions'))
  await expect(admins.entry(text('administrators.disable'))).toBeEnabled()
})

test('a removed admin is gone and can be invited again', async ({ page, keyward, alice }) => {
  await keyward.addColleague()
  const admins = await AdministratorsPage.open(page, keyward.url, alice)
  await admins.choose('bob', text('administrators.remove'))
  await admins.confirm(text('administrators.remove'))
  await expect(admins.row('bob')).toHaveCount(0)
  // What had the focus is gone.
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused()
  await expect(PortalApi.signIn(keyward.url, COLLEAGUE)).rejects.toThrow('sign-in-failed')
  await PortalApi.accept(keyward.url, await admins.doInvite('bob', 'Auditor'))
})

test('a dialog that is cancelled changes nothing', async ({ page, keyward, alice }) => {
  await keyward.addColleague()
  const admins = await AdministratorsPage.open(page, keyward.url, alice)
  for (const action of [text('administrators.change-role'), text('administrators.disable'), text('administrators.remove')]) {
    await admins.choose('bob', action)
    await admins.confirm(text('common.cancel'))
    await admins.choose('bob', action)
    await page.keyboard.press('Escape')
    await expect(admins.dialog).toBeHidden()
    await expect(admins.menu('bob')).toBeFocused()
  }
  expect(await keyward.sql('SELECT DISTINCT version FROM admin_roles')).toBe('1')
})

test('what is not allowed is there with its reason', async ({ page, browser, keyward, alice }) => {
  await alice.add('roles', { name: 'Owner', permissions: ALL_PERMISSIONS })
  await alice.add('roles', { name: 'Deputy', permissions: { ...ALL_PERMISSIONS, reveal: false } })
  const owner = await PortalApi.accept(keyward.url, await alice.invite('owner', 'Owner'))
  const deputy = await PortalApi.accept(keyward.url, await alice.invite('deputy', 'Deputy'))

  const admins = await AdministratorsPage.open(page, keyward.url, alice)
  await admins.menu('alice').click()
  for (const action of [text('administrators.change-role'), text('administrators.disable'), text('administrators.remove')]) await expectRefused(admins.entry(action), OWN)
  await expect(page.getByText(OWN), 'a reason is told once').toHaveCount(1)
  await expect(page.getByText(OWN)).toHaveCSS('text-align', 'left')
  await expect(admins.page.getByRole('group', { name: text('controls.actions-on', { name: 'alice' }) }).getByRole('button').last()).toHaveText(text('administrators.remove'))
  await expectRefused(admins.entry(text('administrators.end-sessions')), text('administrators.own-sessions'))
  await admins.entry(text('administrators.remove')).click({ force: true })
  await expect(admins.dialog).toHaveCount(0)

  const byOwner = await AdministratorsPage.open(await (await browser.newContext()).newPage(), keyward.url, owner)
  await byOwner.menu('alice').click()
  const last = text('refusals.last-super-admin')
  for (const action of [text('administrators.change-role'), text('administrators.disable'), text('administrators.remove')]) await expectRefused(byOwner.entry(action), last)
  await expect(byOwner.entry(text('administrators.end-sessions'))).toBeEnabled()

  const byDeputy = await AdministratorsPage.open(await (await browser.newContext()).newPage(), keyward.url, deputy)
  await byDeputy.menu('owner').click()
  const more = text('problems.exceeds-own-permissions')
  for (const action of [text('administrators.change-role'), text('administrators.disable'), text('administrators.remove'), text('administrators.end-sessions')]) await expectRefused(byDeputy.entry(action), more)
  await byDeputy.page.keyboard.press('Escape')
  await byDeputy.invite.click()
  for (const role of ['Super Admin', 'Key Manager', 'Owner']) {
    await expect(byDeputy.role(role)).toBeDisabled()
    await expect(byDeputy.role(role)).toHaveAccessibleDescription(new RegExp(more))
  }
  for (const role of ['Auditor', 'API Client Admin', 'Deputy']) await expect(byDeputy.role(role)).toBeEnabled()
})

for (const role of ['Key Manager', 'Auditor', 'API Client Admin'] as const) {
  test(`for ${role} the page does not exist`, async ({ page, keyward, alice, guard }) => {
    guard.expectStatus(403)
    await keyward.role(role)
    const admins = await AdministratorsPage.open(page, keyward.url, alice)
    await expect(page.getByText(text('frame.no-access-title'))).toBeVisible()
    await expect(admins.invite).toHaveCount(0)
    await expect(page.getByRole('table')).toHaveCount(0)
  })
}

test('from an invitation to a removal with the keyboard alone', async ({ page, keyward, alice }) => {
  const admins = await AdministratorsPage.open(page, keyward.url, alice)
  await tabTo(page, admins.invite)
  await page.keyboard.press('Enter')
  await expect(admins.name).toBeFocused()
  await page.keyboard.type('carol')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Space')
  await expect(admins.role('Super Admin')).toBeChecked()
  await page.keyboard.press('ArrowDown')
  await expect(admins.role('Key Manager')).toBeChecked()
  await page.keyboard.press('Enter')
  await expect(admins.link).toBeFocused()
  const selected = await admins.link.evaluate((link: HTMLInputElement) => link.value.slice(link.selectionStart ?? 0, link.selectionEnd ?? 0))
  expect(selected).toContain('/invitation#')
  await tabTo(page, admins.button(text('administrators.link-done')))
  await page.keyboard.press('Enter')
  await expect(admins.invite).toBeFocused()

  await tabTo(page, admins.menu('carol'))
  await page.keyboard.press('Enter')
  await tabTo(page, admins.entry(text('administrators.remove')))
  await page.keyboard.press('Enter')
  await expect(admins.dialog).toBeVisible()
  // Enter alone must not remove anybody.
  await expect(admins.button(text('administrators.remove'))).not.toBeFocused()
  await page.keyboard.press('Escape')
  await expect(admins.menu('carol')).toBeFocused()
  await page.keyboard.press('Enter')
  await tabTo(page, admins.entry(text('administrators.remove')))
  await page.keyboard.press('Enter')
  await tabTo(page, admins.button(text('administrators.remove')))
  await page.keyboard.press('Space')
  await expect(admins.row('carol')).toHaveCount(0)
})

test('a link that leads elsewhere than the page says so', async ({ page, keyward, alice }) => {
  await keyward.kill()
  await keyward.start(['--public-url', 'http://portal.example'])
  const admins = await AdministratorsPage.open(page, keyward.address, alice)
  await admins.invite.click()
  await admins.name.fill('carol')
  await admins.role('Auditor').check()
  await admins.button(text('administrators.invite')).click()
  await expect(admins.link).toHaveValue(/^http:\/\/portal\.example\//)
  await expect(page.getByText('http://portal.example')).toBeVisible()
  // Names from right to left turn nothing around them.
  await expect(admins.dialog.locator('strong').first()).toHaveCSS('unicode-bidi', 'isolate')
})
