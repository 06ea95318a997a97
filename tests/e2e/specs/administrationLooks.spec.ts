import { AdministratorsPage, RolesPage } from '../harness/administration.ts'
import { askAgain } from '../harness/askAgain.ts'
import { expectFine } from '../harness/looks.ts'
import type { PortalApi } from '../harness/portalApi.ts'
import { expect, test } from '../harness/test.ts'
import { text } from '../harness/text.ts'

const LONG = 'somebody.with-a-very-long-name.of-more-than-one-line@department.of-another-department.acme.example'

// Each look of axe takes up to a second, and a test has it look forty times.
test.slow()

test('administrators: page, menu, dialogs and errors', async ({ page, keyward, alice }) => {
  await keyward.addColleague()
  await alice.invite(LONG, 'Auditor')
  const admins = await AdministratorsPage.open(page, keyward.url, alice)
  await expect(admins.rows).toHaveCount(3)
  await expectFine(page)
  for (const name of ['alice', 'bob', LONG]) {
    await admins.menu(name).click()
    await expect(admins.entry(text('administrators.remove'))).toBeVisible()
    await expectFine(page)
    await page.keyboard.press('Escape')
  }
  for (const action of [text('administrators.change-role'), text('administrators.disable'), text('administrators.remove'), text('administrators.renew-invitation')]) {
    await admins.choose(LONG, action)
    await expectFine(page)
    await page.keyboard.press('Escape')
  }
  await admins.invite.click()
  await expectFine(page)
  await admins.button(text('administrators.invite')).click()
  await expect(admins.name).toHaveAttribute('aria-invalid', 'true')
  await expectFine(page)
  await admins.name.fill('carol')
  await admins.role('Key Manager').check()
  await admins.button(text('administrators.invite')).click()
  await expect(admins.link).toHaveValue(/#/)
  await expectFine(page)
})

test('roles: the page, each dialog, what is wrong', async ({ page, keyward, alice, guard }) => {
  guard.expectStatus(412)
  await addRole(alice, 'Watchers')
  await addRole(alice, 'x'.repeat(64))
  const roles = await RolesPage.open(page, keyward.url, alice)
  await expect(roles.rows).toHaveCount(6)
  await expectFine(page)
  await roles.add.click()
  await roles.button(text('common.add')).click()
  await expect(roles.name).toHaveAttribute('aria-invalid', 'true')
  await expectFine(page)
  await page.keyboard.press('Escape')
  await roles.act('Watchers', text('common.delete'))
  await expectFine(page)
  await page.keyboard.press('Escape')
  await roles.act('Watchers', text('common.edit'))
  await alice.change('roles', 'Watchers', 'PUT', '', { name: 'Lookers', permissions: VIEW })
  await roles.button(text('common.save')).click()
  await expect(roles.dialog.getByText('Lookers', { exact: true })).toBeVisible()
  await expectFine(page)
})

for (const { path, list, heading } of [
  { path: 'administrators', list: 'admins', heading: text('administrators.title') },
  { path: 'roles', list: 'roles', heading: text('roles.title') },
]) {
  test(`${path}: while it loads, and when it can't be loaded`, async ({ page, keyward, alice, guard }) => {
    guard.expectNetworkErrors()
    const asked = `**/api/portal/orgs/*/${list}`
    let go = () => {}
    const gate = new Promise<void>((resolve) => (go = resolve))
    await page.route(asked, async (route) => {
      await gate
      await route.abort()
    })
    await page.context().addCookies([alice.cookieFor(keyward.url)])
    await page.goto(`${keyward.url}/o/${alice.organization}/${path}`)
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(heading)
    await expect(page.locator('[aria-busy=true]').getByRole('table', { name: heading })).toBeVisible()
    const button = page.getByRole('button', { name: new RegExp(`^(${text('administrators.invite-admin')}|${text('roles.add-role')})$`) })
    await expect(button).toHaveCount(0)
    await expectFine(page)
    go()
    await expect(page.getByText(text('frame.failed-title'))).toBeVisible()
    await expectFine(page)
    await page.unroute(asked)
    await askAgain(page)
    await expect(button).toBeVisible()
    await expect(page.getByText(text('frame.failed-title'))).toBeHidden()
  })
}

const VIEW = { apiKeyManagement: 'view', reveal: false, auditLog: true, adminManagement: false, apiAccess: false }

async function addRole(alice: PortalApi, name: string): Promise<void> {
  await alice.add('roles', { name, permissions: VIEW })
}
