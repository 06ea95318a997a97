import { ALL_PERMISSIONS, RolesPage } from '../harness/administration.ts'
import { isAlive, openSession } from '../harness/cloudApi.ts'
import { actByKeyboard, expectRefused, tabTo } from '../harness/gestures.ts'
import { COLLEAGUE } from '../harness/keyward.ts'
import { PortalApi } from '../harness/portalApi.ts'
import { expect, test } from '../harness/test.ts'

// The limit of 2 sign-ins a second is not what these tests are about.
test.use({ flags: ['--rate-limit-session', 'off'] })

const BUILT_IN = ['Super Admin', 'Key Manager', 'Auditor', 'API Client Admin']
const NONE = { apiKeyManagement: 'none', reveal: false, auditLog: false, adminManagement: false, apiAccess: false }

test('the built-in roles are there and stay as they are', async ({ page, keyward, alice }) => {
  const roles = await RolesPage.open(page, keyward.url, alice)
  await expect(roles.rows).toHaveCount(4)
  await expect(roles.row('Super Admin').getByRole('cell')).toContainText([
    'Built-in',
    'Manages the key, reveals secrets, reads the audit log, manages administrators and roles, opens API sessions',
    '1',
  ])
  await expect(roles.row('API Client Admin').getByRole('cell')).toContainText(['Built-in', 'Opens API sessions', '0'])
  for (const name of BUILT_IN) {
    await expect(roles.row(name).getByRole('button')).toHaveCount(0)
  }
})

test('a role is added, edited, and deleted', async ({ page, keyward, alice }) => {
  const roles = await RolesPage.open(page, keyward.url, alice)
  await roles.add.click()
  await roles.name.fill(' Rotation ')
  await roles.keyManagement('Full').check()
  await roles.switch('API access').check()
  await roles.confirm('Add')
  await expect(page.getByText('Role added.').first()).toBeVisible()
  await expect(roles.add).toBeFocused()
  await expect(roles.row('Rotation').getByRole('cell')).toContainText(['', 'Manages the key, opens API sessions', '0'])

  await roles.act('Rotation', 'Edit')
  await expect(roles.name).toHaveValue('Rotation')
  await expect(roles.keyManagement('Full')).toBeChecked()
  await expect(roles.switch('API access')).toBeChecked()
  await expect(roles.switch('Audit log')).not.toBeChecked()
  await roles.name.fill('Watchers')
  await roles.keyManagement('View Only').check()
  await roles.switch('API access').uncheck()
  await roles.switch('Audit log').check()
  await roles.confirm('Save')
  await expect(await roles.action('Watchers', 'Edit')).toBeFocused()
  await expect(roles.row('Watchers').getByRole('cell')).toContainText(['', 'Sees the key page, reads the audit log', '0'])
  await expect(roles.row('Rotation')).toHaveCount(0)

  await roles.act('Watchers', 'Delete')
  await expect(roles.button('Cancel')).toBeFocused()
  await roles.confirm('Delete')
  await expect(roles.rows).toHaveCount(4)
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused()
})

test('what is wrong is said beside the field, and nothing filled in is lost', async ({ page, keyward, alice, guard }) => {
  guard.expectStatus(409)
  const roles = await RolesPage.open(page, keyward.url, alice)
  await roles.add.click()
  await roles.button('Add').click()
  await expect(roles.name).toHaveAccessibleDescription('Enter the role\'s name.')
  await expect(roles.name).toBeFocused()
  await roles.name.fill('x'.repeat(65))
  await roles.button('Add').click()
  await expect(roles.name).toHaveAccessibleDescription('Use at most 64 characters.')
  await roles.name.fill('aUDITOR')
  await roles.keyManagement('View Only').check()
  await roles.switch('Audit log').check()
  await roles.button('Add').click()
  await expect(roles.name).toHaveAccessibleDescription('There is a role of this name already. Choose another name.')
  await expect(roles.name).toHaveValue('aUDITOR')
  await expect(roles.keyManagement('View Only')).toBeChecked()
  await expect(roles.switch('Audit log')).toBeChecked()
  await roles.name.fill('Watchers')
  await expect(roles.name).not.toHaveAttribute('aria-invalid')
  await roles.confirm('Add')
  await expect(roles.row('Watchers')).toHaveCount(1)
})

test('a role that somebody has stays, and a change of it counts at once', async ({ page, keyward, alice }) => {
  await alice.add('roles', { name: 'Scripts', permissions: { ...NONE, apiAccess: true } })
  await keyward.addColleague()
  await alice.change('admins', 'bob', 'PUT', '', { roleId: await alice.id('roles', 'Scripts') })
  const session = await openSession(keyward.url, await alice.reveal(), COLLEAGUE)
  const roles = await RolesPage.open(page, keyward.url, alice)
  await expect(roles.row('Scripts').getByRole('cell').nth(2)).toHaveText('1')
  await expectRefused(await roles.action('Scripts', 'Delete'), 'Admins have this role. Give them a different one first.')
  await roles.act('Scripts', 'Edit')
  await expect(roles.dialog).toContainText('1 admin has it')
  await roles.switch('API access').uncheck()
  await roles.confirm('Save')
  await expect(page.getByText('Role changed. It applies immediately to everyone with the role.').first()).toBeVisible()
  await expect(roles.row('Scripts')).toContainText('Nothing')
  expect(await isAlive(keyward.url, session)).toBe(false)
})

test('nobody gives what they do not have, or changes their own role', async ({ page, keyward, alice }) => {
  await alice.add('roles', { name: 'Deputy', permissions: { ...ALL_PERMISSIONS, apiKeyManagement: 'view', reveal: false } })
  await alice.add('roles', { name: 'Owner', permissions: ALL_PERMISSIONS })
  const deputy = await PortalApi.accept(keyward.url, await alice.invite('deputy', 'Deputy'))
  const roles = await RolesPage.open(page, keyward.url, deputy)
  const own = 'You can\'t change your own access. Ask another admin.'
  // A reason is there on focus, and Escape puts it away.
  await tabTo(page, await roles.action('Deputy', 'Edit'))
  const hint = roles.row('Deputy').getByRole('tooltip')
  await expect(hint).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(hint).toBeHidden()
  await page.keyboard.press('Enter')
  await expect(roles.dialog).toHaveCount(0)
  await expectRefused(await roles.action('Deputy', 'Edit'), own)
  await expectRefused(await roles.action('Deputy', 'Delete'), own)
  await page.keyboard.press('Escape')
  await expectRefused(await roles.action('Owner', 'Edit'), 'This is more than your own role allows.')
  await roles.add.click()
  for (const control of [roles.keyManagement('Full'), roles.switch('Reveal secrets')]) {
    await expect(control).toBeDisabled()
    await expect(control).toHaveAccessibleDescription(/Your own role doesn't allow this/)
  }
  await expect(roles.keyManagement('View Only')).toBeEnabled()
  await roles.name.fill('Below')
  await roles.switch('Audit log').check()
  await roles.confirm('Add')
  await expect(await roles.action('Below', 'Edit')).toBeEnabled()
})

test('whoever may not manage roles does not see them', async ({ page, keyward, alice, guard }) => {
  guard.expectStatus(403)
  await keyward.role('Auditor')
  const roles = await RolesPage.open(page, keyward.url, alice)
  await expect(page.getByText('You don\'t have access to this page')).toBeVisible()
  await expect(roles.add).toHaveCount(0)
  await expect(page.getByRole('table')).toHaveCount(0)
})

test('a dialog that is cancelled changes nothing', async ({ page, keyward, alice }) => {
  await alice.add('roles', { name: 'Watchers', permissions: NONE })
  const roles = await RolesPage.open(page, keyward.url, alice)
  const edit = await roles.action('Watchers', 'Edit')
  for (const [open, opener] of [
    [() => edit.click(), edit],
    [() => roles.act('Watchers', 'Delete'), roles.menu('Watchers')],
    [() => roles.add.click(), roles.add],
  ] as const) {
    await open()
    await roles.confirm('Cancel')
    await open()
    await page.keyboard.press('Escape')
    await expect(roles.dialog).toBeHidden()
    await expect(opener).toBeFocused()
  }
  expect(await keyward.sql('SELECT DISTINCT version FROM roles')).toBe('1')
})

test('a role is made and deleted with the keyboard alone', async ({ page, keyward, alice }) => {
  const roles = await RolesPage.open(page, keyward.url, alice)
  await tabTo(page, roles.add)
  await page.keyboard.press('Enter')
  await expect(roles.name).toBeFocused()
  await page.keyboard.type('Watchers')
  await page.keyboard.press('Tab')
  await expect(roles.keyManagement('None')).toBeFocused()
  await page.keyboard.press('ArrowDown')
  await expect(roles.keyManagement('View Only')).toBeChecked()
  await tabTo(page, roles.switch('Audit log'))
  await page.keyboard.press('Space')
  await expect(roles.switch('Audit log')).toBeChecked()
  await tabTo(page, roles.button('Add'))
  await page.keyboard.press('Enter')
  await expect(roles.dialog).toBeHidden()
  await expect(roles.row('Watchers')).toContainText('Sees the key page, reads the audit log')

  await actByKeyboard(page, 'Delete', 'Watchers')
  await expect(roles.dialog).toHaveAccessibleName('Delete role Watchers of Acme?')
  await expect(roles.button('Delete')).not.toBeFocused()
  await tabTo(page, roles.button('Delete'))
  await page.keyboard.press('Space')
  await expect(roles.row('Watchers')).toHaveCount(0)
})
