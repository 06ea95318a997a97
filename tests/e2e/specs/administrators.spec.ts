import { ALL_PERMISSIONS, AdministratorsPage } from '../harness/administration.ts'
import { isAlive, openSession } from '../harness/cloudApi.ts'
import { expectRefused, lookAgain, tabTo } from '../harness/gestures.ts'
import { everything } from '../harness/keyPage.ts'
import { COLLEAGUE } from '../harness/keyward.ts'
import { PortalApi } from '../harness/portalApi.ts'
import { expect, test } from '../harness/test.ts'

// The limit of 2 sign-ins a second is not what these tests are about.
test.use({ flags: ['--rate-limit-session', 'off'] })

const OWN = 'You can\'t change your own access. Ask another admin.'

test('the list says who has which role, and how they use it', async ({ page, keyward, alice }) => {
  await keyward.addColleague()
  expect((await openSession(keyward.url, await alice.reveal())).status).toBe(200)
  const admins = await AdministratorsPage.open(page, keyward.url, alice)
  await expect(admins.row('alice').getByRole('cell')).toContainText(['alice You', 'Super Admin', 'Active', /\d/, '1 portal, 1 API'])
  await expect(admins.row('bob').getByRole('cell')).toContainText(['bob', 'Super Admin', 'Active', 'Never', 'None'])
  await expect(admins.rows).toHaveCount(2)
})

test('an admin is invited by a link that is shown once', async ({ page, context, keyward, alice }) => {
  await context.grantPermissions(['clipboard-write'])
  const admins = await AdministratorsPage.open(page, keyward.url, alice)
  await admins.invite.click()
  await admins.name.fill(' carol@acme.example ')
  await admins.role('Auditor').check()
  await admins.button('Invite').click()
  await expect(admins.dialog).toHaveAccessibleName('Share this link')
  await expect(admins.dialog).toContainText('carol@acme.example')
  await expect(admins.dialog).toContainText('Auditor')
  const link = await admins.link.inputValue()
  expect(link.startsWith(`${keyward.url}/invitation#`)).toBe(true)
  await admins.button('Copy').click()
  await expect(admins.button('Copied')).toBeVisible()

  // A slip does not lose it.
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  await page.mouse.click(4, 4)
  await expect(admins.link).toHaveValue(link)
  await admins.confirm('Done')
  await expect(admins.invite).toBeFocused()
  expect(await everything(page)).not.toContain(new URL(link).hash.slice(1))
  await expect(admins.row('carol@acme.example').getByRole('cell')).toContainText(['', 'Auditor', /Invited.*until/, 'Never', 'None'])

  await PortalApi.accept(keyward.url, link)
  await lookAgain(page)
  await expect(admins.row('carol@acme.example').getByRole('cell')).toContainText(['', 'Auditor', 'Active', /\d/, '1 portal'])
})

test('what can not be invited is said beside the field, and nothing typed is lost', async ({ page, keyward, alice, guard }) => {
  guard.expectStatus(409)
  const admins = await AdministratorsPage.open(page, keyward.url, alice)
  await admins.invite.click()
  await admins.button('Invite').click()
  await expect(admins.name).toHaveAccessibleDescription('Enter a user name.')
  await expect(admins.name).toBeFocused()
  await expect(admins.dialog.getByRole('group', { name: 'Role' })).toHaveAccessibleDescription('Choose a role.')
  await admins.name.fill('two words')
  await admins.role('Key Manager').check()
  await admins.button('Invite').click()
  await expect(admins.name).toHaveAccessibleDescription('A user name has no spaces.')
  await admins.name.fill('alice')
  await admins.button('Invite').click()
  await expect(admins.name).toHaveAccessibleDescription('This admin has a role in this organization already.')
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
  await admins.button('Invite').dblclick()
  await expect(admins.link).toHaveValue(/#/)
  await admins.confirm('Done')
  await expect(admins.rows).toHaveCount(2)
})

test('a renewed invitation replaces the link', async ({ page, keyward, alice }) => {
  const old = await alice.invite('carol', 'Auditor')
  await keyward.sql(`UPDATE invitations SET expires_on = 0`)
  const admins = await AdministratorsPage.open(page, keyward.url, alice)
  await expect(admins.row('carol')).toContainText('Invitation expired')
  await admins.choose('carol', 'Renew invitation')
  await admins.button('Renew invitation').click()
  await expect(admins.link).toHaveValue(/#/)
  const link = await admins.link.inputValue()
  await admins.confirm('Done')
  await expect(admins.menu('carol')).toBeFocused()
  await expect(admins.row('carol')).toContainText(/Invited.*until/)
  await expect(PortalApi.accept(keyward.url, old)).rejects.toThrow('invitation-invalid')
  await PortalApi.accept(keyward.url, link)
})

test('another role counts at once', async ({ page, keyward, alice }) => {
  await keyward.addColleague()
  const session = await openSession(keyward.url, await alice.reveal(), COLLEAGUE)
  const admins = await AdministratorsPage.open(page, keyward.url, alice)
  await admins.choose('bob', 'Change role')
  await expect(admins.role('Super Admin')).toBeChecked()
  await admins.button('Change role').click()
  await expect(admins.dialog).toContainText('They have this role already. Choose a different one.')
  await admins.role('Auditor').check()
  await admins.confirm('Change role')
  await expect(page.getByText('bob has a new role.').first()).toBeVisible()
  await expect(admins.row('bob')).toContainText('Auditor')
  await expect(admins.row('bob').getByRole('cell').nth(4)).toHaveText('None')
  expect(await isAlive(keyward.url, session)).toBe(false)
})

test('whoever is disabled is out, until enabled', async ({ page, keyward, alice }) => {
  await keyward.addColleague()
  const key = await alice.reveal()
  const bob = await PortalApi.signIn(keyward.url, COLLEAGUE)
  const session = await openSession(keyward.url, key, COLLEAGUE)
  const admins = await AdministratorsPage.open(page, keyward.url, alice)
  await admins.choose('bob', 'Disable')
  await expect(admins.button('Cancel')).toBeFocused()
  await admins.confirm('Disable')
  await expect(admins.row('bob')).toContainText('Disabled')
  expect(await isAlive(keyward.url, session)).toBe(false)
  expect(await bob.isSignedIn()).toBe(false)
  expect((await openSession(keyward.url, key, COLLEAGUE)).status).toBe(400)

  await admins.choose('bob', 'Enable')
  await admins.confirm('Enable')
  await expect(admins.row('bob')).toContainText('Active')
  expect((await openSession(keyward.url, key, COLLEAGUE)).status).toBe(200)
  expect(await bob.isSignedIn()).toBe(false)
})

test('sessions are ended, and counted', async ({ page, keyward, alice }) => {
  await keyward.addColleague()
  const bob = await PortalApi.signIn(keyward.url, COLLEAGUE)
  const session = await openSession(keyward.url, await alice.reveal(), COLLEAGUE)
  const admins = await AdministratorsPage.open(page, keyward.url, alice)
  await admins.choose('bob', 'End sessions')
  await admins.confirm('End sessions')
  await expect(page.getByText('bob: 1 portal session and 1 API session ended.').first()).toBeVisible()
  expect(await isAlive(keyward.url, session)).toBe(false)
  expect(await bob.isSignedIn()).toBe(false)
  expect(await alice.isSignedIn()).toBe(true)
  await admins.menu('bob').click()
  await expectRefused(admins.entry('End sessions'), 'No active sessions.')
  await expect(admins.entry('Disable')).toBeEnabled()
})

test('whoever is removed is gone, and can be invited again', async ({ page, keyward, alice }) => {
  await keyward.addColleague()
  const admins = await AdministratorsPage.open(page, keyward.url, alice)
  await admins.choose('bob', 'Remove')
  await admins.confirm('Remove')
  await expect(admins.row('bob')).toHaveCount(0)
  // What had the focus is gone.
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused()
  await expect(PortalApi.signIn(keyward.url, COLLEAGUE)).rejects.toThrow('sign-in-failed')
  await PortalApi.accept(keyward.url, await admins.doInvite('bob', 'Auditor'))
})

test('a dialog that is cancelled changes nothing', async ({ page, keyward, alice }) => {
  await keyward.addColleague()
  const admins = await AdministratorsPage.open(page, keyward.url, alice)
  for (const action of ['Change role', 'Disable', 'Remove']) {
    await admins.choose('bob', action)
    await admins.confirm('Cancel')
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
  for (const action of ['Change role', 'Disable', 'Remove']) await expectRefused(admins.entry(action), OWN)
  await expect(page.getByText(OWN), 'a reason is told once').toHaveCount(1)
  await expect(page.getByText(OWN)).toHaveCSS('text-align', 'left')
  await expect(admins.page.getByRole('group', { name: 'Actions: alice' }).getByRole('button').last()).toHaveText('Remove')
  await expectRefused(admins.entry('End sessions'), 'Manage your sessions on the Account page.')
  await admins.entry('Remove').click({ force: true })
  await expect(admins.dialog).toHaveCount(0)

  const byOwner = await AdministratorsPage.open(await (await browser.newContext()).newPage(), keyward.url, owner)
  await byOwner.menu('alice').click()
  const last = 'This is the last Super Admin who can sign in. Make someone else a Super Admin first.'
  for (const action of ['Change role', 'Disable', 'Remove']) await expectRefused(byOwner.entry(action), last)
  await expect(byOwner.entry('End sessions')).toBeEnabled()

  const byDeputy = await AdministratorsPage.open(await (await browser.newContext()).newPage(), keyward.url, deputy)
  await byDeputy.menu('owner').click()
  const more = 'This is more than your own role allows.'
  for (const action of ['Change role', 'Disable', 'Remove', 'End sessions']) await expectRefused(byDeputy.entry(action), more)
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
    await expect(page.getByText('You don\'t have access to this page')).toBeVisible()
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
  await tabTo(page, admins.button('Done'))
  await page.keyboard.press('Enter')
  await expect(admins.invite).toBeFocused()

  await tabTo(page, admins.menu('carol'))
  await page.keyboard.press('Enter')
  await tabTo(page, admins.entry('Remove'))
  await page.keyboard.press('Enter')
  await expect(admins.dialog).toBeVisible()
  // Enter alone must not remove anybody.
  await expect(admins.button('Remove')).not.toBeFocused()
  await page.keyboard.press('Escape')
  await expect(admins.menu('carol')).toBeFocused()
  await page.keyboard.press('Enter')
  await tabTo(page, admins.entry('Remove'))
  await page.keyboard.press('Enter')
  await tabTo(page, admins.button('Remove'))
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
  await admins.button('Invite').click()
  await expect(admins.link).toHaveValue(/^http:\/\/portal\.example\//)
  await expect(page.getByText('The link points to http://portal.example')).toBeVisible()
  // Names from right to left turn nothing around them.
  await expect(admins.dialog.locator('strong').first()).toHaveCSS('unicode-bidi', 'isolate')
})
