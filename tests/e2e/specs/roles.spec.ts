import { ALL_PERMISSIONS, RolesPage } from '../harness/administration.ts'
import { isAlive, openSession } from '../harness/cloudApi.ts'
import { actByKeyboard, expectRefused, tabTo } from '../harness/gestures.ts'
import { COLLEAGUE } from '../harness/keyward.ts'
import { PortalApi } from '../harness/portalApi.ts'
import { expect, test } from '../harness/test.ts'
import { text } from '../harness/text.ts'

// The limit of 2 sign-ins a second is not what these tests are about.
test.use({ flags: ['--rate-limit-session', 'off'] })

const BUILT_IN = ['Super Admin', 'Key Manager', 'Auditor', 'API Client Admin']
const NONE = { apiKeyManagement: 'none', reveal: false, auditLog: false, adminManagement: false, apiAccess: false }

/** What a role allows, as its row says it. */
function allowing(first: string, ...more: string[]): string {
  return [text(`roles.${first}`), ...more.map((it) => text(`roles.also-${it}`))].join(', ')
}

test('the built-in roles are there and stay as they are', async ({ page, keyward, alice }) => {
  const roles = await RolesPage.open(page, keyward.url, alice)
  await expect(roles.rows).toHaveCount(4)
  await expect(roles.row('Super Admin').getByRole('cell')).toContainText([
    'Built-in',
    allowing('manages-key', 'reveals', 'reads-audit-log', 'manages-admins', 'opens-api-sessions'),
    '1',
  ])
  await expect(roles.row('API Client Admin').getByRole('cell')).toContainText([text('roles.built-in'), text('roles.opens-api-sessions'), '0'])
  for (const name of BUILT_IN) {
    await expect(roles.row(name).getByRole('button')).toHaveCount(0)
  }
})

test('a role is added, edited, and deleted', async ({ page, keyward, alice }) => {
  const roles = await RolesPage.open(page, keyward.url, alice)
  await roles.add.click()
  await roles.name.fill(' Rotation ')
  await roles.keyManagement(text('roles.key-full')).check()
  await roles.switch(text('roles.api-access')).check()
  await roles.confirm(text('common.add'))
  await expect(page.getByText(text('roles.added')).first()).toBeVisible()
  await expect(roles.add).toBeFocused()
  await expect(roles.row('Rotation').getByRole('cell')).toContainText(['', allowing('manages-key', 'opens-api-sessions'), '0'])

  await roles.act('Rotation', text('common.edit'))
  await expect(roles.name).toHaveValue('Rotation')
  await expect(roles.keyManagement(text('roles.key-full'))).toBeChecked()
  await expect(roles.switch(text('roles.api-access'))).toBeChecked()
  await expect(roles.switch(text('roles.audit-log'))).not.toBeChecked()
  await roles.name.fill('Watchers')
  await roles.keyManagement(text('roles.key-view')).check()
  await roles.switch(text('roles.api-access')).uncheck()
  await roles.switch(text('roles.audit-log')).check()
  await roles.confirm(text('common.save'))
  await expect(await roles.action('Watchers', text('common.edit'))).toBeFocused()
  await expect(roles.row('Watchers').getByRole('cell')).toContainText(['', allowing('sees-key-page', 'reads-audit-log'), '0'])
  await expect(roles.row('Rotation')).toHaveCount(0)

  await roles.act('Watchers', text('common.delete'))
  await expect(roles.button(text('common.cancel'))).toBeFocused()
  await roles.confirm(text('common.delete'))
  await expect(roles.rows).toHaveCount(4)
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused()
})

test('errors show beside the field, and no input is lost', async ({ page, keyward, alice, guard }) => {
  guard.expectStatus(409)
  const roles = await RolesPage.open(page, keyward.url, alice)
  await roles.add.click()
  await roles.button(text('common.add')).click()
  await expect(roles.name).toHaveAccessibleDescription(text('fields.missing'))
  await expect(roles.name).toBeFocused()
  await roles.name.fill('x'.repeat(65))
  await roles.button(text('common.add')).click()
  await expect(roles.name).toHaveAccessibleDescription(text('fields.too-long', { max: 64 }))
  await roles.name.fill('aUDITOR')
  await roles.keyManagement(text('roles.key-view')).check()
  await roles.switch(text('roles.audit-log')).check()
  await roles.button(text('common.add')).click()
  await expect(roles.name).toHaveAccessibleDescription(text('problems.role-exists'))
  await expect(roles.name).toHaveValue('aUDITOR')
  await expect(roles.keyManagement(text('roles.key-view'))).toBeChecked()
  await expect(roles.switch(text('roles.audit-log'))).toBeChecked()
  await roles.name.fill('Watchers')
  await expect(roles.name).not.toHaveAttribute('aria-invalid')
  await roles.confirm(text('common.add'))
  await expect(roles.row('Watchers')).toHaveCount(1)
})

test('a role in use can\'t be deleted; changes apply immediately', async ({ page, keyward, alice }) => {
  await alice.add('roles', { name: 'Scripts', permissions: { ...NONE, apiAccess: true } })
  await keyward.addColleague()
  await alice.change('admins', 'bob', 'PUT', '', { roleId: await alice.id('roles', 'Scripts') })
  const session = await openSession(keyward.url, await alice.reveal(), COLLEAGUE)
  const roles = await RolesPage.open(page, keyward.url, alice)
  await expect(roles.row('Scripts').getByRole('cell').nth(2)).toHaveText('1')
  await expectRefused(await roles.action('Scripts', text('common.delete')), text('refusals.role-in-use'))
  await roles.act('Scripts', text('common.edit'))
  await expect(roles.dialog).toContainText(text('roles.holders', { admins: 1 }))
  await roles.switch(text('roles.api-access')).uncheck()
  await roles.confirm(text('common.save'))
  await expect(page.getByText(text('roles.edited')).first()).toBeVisible()
  await expect(roles.row('Scripts')).toContainText(text('roles.allows-nothing'))
  expect(await isAlive(keyward.url, session)).toBe(false)
})

test('no one grants more than they have or changes their own role', async ({ page, keyward, alice }) => {
  await alice.add('roles', { name: 'Deputy', permissions: { ...ALL_PERMISSIONS, apiKeyManagement: 'view', reveal: false } })
  await alice.add('roles', { name: 'Owner', permissions: ALL_PERMISSIONS })
  const deputy = await PortalApi.accept(keyward.url, await alice.invite('deputy', 'Deputy'))
  const roles = await RolesPage.open(page, keyward.url, deputy)
  const own = text('refusals.own-account')
  // A reason is there on focus, and Escape puts it away.
  await tabTo(page, await roles.action('Deputy', text('common.edit')))
  const hint = roles.row('Deputy').getByRole('tooltip')
  await expect(hint).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(hint).toBeHidden()
  await page.keyboard.press('Enter')
  await expect(roles.dialog).toHaveCount(0)
  await expectRefused(await roles.action('Deputy', text('common.edit')), own)
  await expectRefused(await roles.action('Deputy', text('common.delete')), own)
  await page.keyboard.press('Escape')
  await expectRefused(await roles.action('Owner', text('common.edit')), text('problems.exceeds-own-permissions'))
  await roles.add.click()
  for (const control of [roles.keyManagement(text('roles.key-full')), roles.switch(text('roles.reveal'))]) {
    await expect(control).toBeDisabled()
    await expect(control).toHaveAccessibleDescription(new RegExp(text('roles.beyond')))
  }
  await expect(roles.keyManagement(text('roles.key-view'))).toBeEnabled()
  await roles.name.fill('Below')
  await roles.switch(text('roles.audit-log')).check()
  await roles.confirm(text('common.add'))
  await expect(await roles.action('Below', text('common.edit'))).toBeEnabled()
})

test('roles are hidden from admins who can\'t manage them', async ({ page, keyward, alice, guard }) => {
  guard.expectStatus(403)
  await keyward.role('Auditor')
  const roles = await RolesPage.open(page, keyward.url, alice)
  await expect(page.getByText(text('frame.no-access-title'))).toBeVisible()
  await expect(roles.add).toHaveCount(0)
  await expect(page.getByRole('table')).toHaveCount(0)
})

test('a dialog that is cancelled changes nothing', async ({ page, keyward, alice }) => {
  await alice.add('roles', { name: 'Watchers', permissions: NONE })
  const roles = await RolesPage.open(page, keyward.url, alice)
  const edit = await roles.action('Watchers', text('common.edit'))
  for (const [open, opener] of [
    [() => edit.click(), edit],
    [() => roles.act('Watchers', text('common.delete')), roles.menu('Watchers')],
    [() => roles.add.click(), roles.add],
  ] as const) {
    await open()
    await roles.confirm(text('common.cancel'))
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
  await expect(roles.keyManagement(text('roles.key-none'))).toBeFocused()
  await page.keyboard.press('ArrowDown')
  await expect(roles.keyManagement(text('roles.key-view'))).toBeChecked()
  await tabTo(page, roles.switch(text('roles.audit-log')))
  await page.keyboard.press('Space')
  await expect(roles.switch(text('roles.audit-log'))).toBeChecked()
  await tabTo(page, roles.button(text('common.add')))
  await page.keyboard.press('Enter')
  await expect(roles.dialog).toBeHidden()
  await expect(roles.row('Watchers')).toContainText(allowing('sees-key-page', 'reads-audit-log'))

  await actByKeyboard(page, text('common.delete'), 'Watchers')
  await expect(roles.dialog).toHaveAccessibleName(text('roles.delete-title', { name: 'Watchers', organization: 'Acme' }))
  await expect(roles.button(text('common.delete'))).not.toBeFocused()
  await tabTo(page, roles.button(text('common.delete')))
  await page.keyboard.press('Space')
  await expect(roles.row('Watchers')).toHaveCount(0)
})
