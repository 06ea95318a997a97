import type { Page } from '@playwright/test'
import { openSession } from '../harness/cloudApi.ts'
import { lookAgain } from '../harness/gestures.ts'
import { KeyPage } from '../harness/keyPage.ts'
import { expectFine } from '../harness/looks.ts'
import { SignInForm } from '../harness/signInForm.ts'
import { expect, openKeyPage, test } from '../harness/test.ts'
import { saying, text } from '../harness/text.ts'

// Each look of axe takes up to a second, and a test has it look forty times.
test.slow()

test('signing in is accessible, and so is each error', async ({ page, keyward, alice, guard }) => {
  guard.expectStatus(401, 403)
  await page.goto(keyward.url)
  const form = new SignInForm(page)
  await expect(form.username).toBeVisible()
  await expectFine(page, 'sign-in')
  await form.submit.click()
  await expect(form.username).toHaveAttribute('aria-invalid', 'true')
  await expectFine(page, 'sign-in with nothing entered')
  await form.signIn({ username: 'mallory', password: 'wrong password' })
  await expect(page.getByRole('main').getByRole('alert')).toBeVisible()
  await expectFine(page, 'sign-in rejected')
  for (const path of ['signed-in', 'invitation', 'setup#wrong']) {
    await page.goto('about:blank')
    await page.goto(`${keyward.url}/${path}`)
    await expect(page.locator('#app h1')).toBeVisible()
    await expectFine(page, path)
  }
  await page.goto(await alice.invite('carol', 'Auditor'))
  const password = page.getByLabel(text('invitation.new-password'))
  await password.fill('short')
  await page.keyboard.press('Enter')
  await expect(password).toHaveAttribute('aria-invalid', 'true')
  await expectFine(page, 'invitation')
})

test.describe('before anything is set up', () => {
  test.use({ setUp: false })

  test('set-up is accessible', async ({ page, keyward, guard }) => {
    guard.expectStatus(401)
    await page.goto(keyward.url)
    await expect(page.getByRole('heading', { name: text('sign-in.not-set-up-title') })).toBeVisible()
    await expectFine(page, 'not set up')
    await page.goto(await keyward.setupLink())
    const cloud = page.getByLabel(text('setup.cloud-name'))
    await expect(cloud).toBeVisible()
    await page.getByRole('button', { name: text('setup.set-up') }).click()
    await expect(cloud).toHaveAttribute('aria-invalid', 'true')
    await expectFine(page, 'set-up with nothing entered')
  })
})

test('the key page is accessible, and so are its dialogs', async ({ keyPage: page, keyward, alice, guard }) => {
  guard.expectStatus(404)
  await openSession(keyward.url, await alice.reveal())
  const keyPage = new KeyPage(page)
  await expect(keyPage.row).toHaveCount(1)
  await lookAgain(page)
  await page.getByText(text('key-usage.as-table')).click()
  await expectFine(page, 'masked, and who uses it')
  await keyPage.reveal.click()
  await keyPage.shownKey()
  await expectFine(page, 'revealed')
  for (const button of [keyPage.regenerate, keyPage.delete, keyPage.edit]) {
    await button.click()
    await expect(keyPage.dialog).toBeVisible()
    await expectFine(page, await button.innerText())
    if (button !== keyPage.edit) await page.keyboard.press('Escape')
  }
  await keyPage.newKey.fill('short')
  await keyPage.confirm(text('api-key.replace')).click()
  await expect(keyPage.newKey).toHaveAttribute('aria-invalid', 'true')
  await page.keyboard.press('Escape')
  await expectFine(page, 'asks before it discards')
  await page.getByRole('button', { name: text('controls.discard'), exact: true }).click()

  await page.getByRole('button', { name: text('table.columns'), exact: true }).click()
  await expectFine(page, 'columns')
  await page.keyboard.press('Escape')
  await page.setViewportSize({ width: 360, height: 640 })
  await page.getByRole('button', { name: text('frame.menu'), exact: true }).click()
  await expect(page.getByRole('dialog', { name: text('frame.menu') })).toBeVisible()
  await expectFine(page, 'drawer')
  await page.keyboard.press('Escape')
  await page.setViewportSize({ width: 1280, height: 800 })

  await keyPage.delete.click()
  await keyPage.confirm(text('common.delete')).click()
  await expect(keyPage.add).toBeVisible()
  await expectFine(page, 'no key, and what says that it was deleted')
})

test('the key page is accessible whatever state it is in', async ({ page, keyward, alice, guard }) => {
  guard.expectStatus(401, 403)
  guard.expectNetworkErrors()
  const keyPage = new KeyPage(page)
  const shows = (what: string) => expect(page.getByText(text(what)).first()).toBeVisible()
  const open = () => openKeyPage(page, keyward.url, alice)

  const go = await hold(page, '**/api/portal/orgs/*/api-key')
  await open()
  await expect(page.locator('[aria-busy=true]').first()).toBeVisible()
  // As after a moment.
  await page.evaluate(() => document.documentElement.setAttribute('data-bars', ''))
  await expectFine(page, 'while it loads')
  go.reject()
  await shows('frame.failed-title')
  await expectFine(page, 'what failed to load')
  await page.unroute('**/api/portal/orgs/*/api-key')

  await keyward.key('disable')
  await open()
  await shows('api-key.disabled-title')
  await expectFine(page, 'disabled')
  await keyward.key('enable')
  await keyward.subscription('expired')
  await open()
  await shows('api-key.expired-title')
  await expectFine(page, 'expired')
  await keyward.subscription('none')
  await open()
  await shows('frame.no-subscription')
  await expectFine(page, 'no subscription')

  await keyward.subscription('active')
  await open()
  await expect(keyPage.row).toHaveCount(1)
  await page.context().setOffline(true)
  await shows('frame.offline')
  await keyPage.reveal.click()
  await expect(page.getByRole('region', { name: text('controls.messages') }).getByRole('alert')).not.toBeEmpty()
  await expectFine(page, 'offline, with an error')
  await page.context().setOffline(false)
  await expect(page.getByText(text('frame.offline'))).toBeHidden()

  await keyward.agePasswords()
  await keyPage.reveal.click()
  await expect(page.getByRole('dialog', { name: text('interrupted.password-title') })).toBeVisible()
  await expectFine(page, 'asks for the password')
  await keyward.endSessions()
  await page.getByRole('button', { name: text('common.cancel') }).click()
  await keyPage.reveal.click()
  await expect(page.getByRole('dialog', { name: text('interrupted.sign-in-title') })).toBeVisible()
  await expectFine(page, 'the session has ended')
})

test('the key page is accessible for a role that only views', async ({ page, keyward, alice, guard }) => {
  guard.expectStatus(403)
  await keyward.permission('READ_ONLY')
  await openKeyPage(page, keyward.url, alice)
  const keyPage = new KeyPage(page)
  await expect(page.getByText(text('api-key.view-only-title'))).toBeVisible()
  await keyPage.regenerate.focus()
  await expect(page.getByRole('tooltip').filter({ visible: true })).toHaveCount(1)
  await expectFine(page, 'view only, with a reason')
})

test('pages that can not be shown are accessible', async ({ page, keyward, alice, guard }) => {
  guard.expectStatus(403, 404)
  await page.context().addCookies([alice.cookieFor(keyward.url)])
  for (const [path, says] of [['no/such/page', 'nothing-here-title'], ['o/999999999/api-key', 'no-organization-title']] as const) {
    await page.goto(`${keyward.url}/${path}`)
    await expect(page.getByText(text(`frame.${says}`)).last()).toBeVisible()
    await expectFine(page, says)
  }
  for (const [role, says] of [['Key Manager', 'no-access-title'], ['API Client Admin', 'api-only-title']] as const) {
    await keyward.role(role)
    await page.goto(`${keyward.url}/${role === 'Key Manager' ? `o/${alice.organization}/audit-log` : ''}`)
    await expect(page.getByText(text(`frame.${says}`)).first()).toBeVisible()
    await expectFine(page, says)
  }
})

test('the list of organizations is accessible', async ({ keyPage: page, keyward }) => {
  await keyward.addOrganizations(['Globex', 'Hooli'])
  await page.reload()
  await page.getByRole('button', { name: saying('controls.chosen', { label: text('common.organization'), choice: /.+/ }) }).click()
  const search = page.getByRole('combobox', { name: text('frame.search-organizations') })
  await expect(search).toBeFocused()
  await expectFine(page, 'switcher')
  await search.fill('nowhere')
  await expect(page.getByText(text('controls.none-found'))).toBeVisible()
  await expectFine(page, 'switcher that finds none')
})

/** Holds the answers to these requests back. Until it's told to, they fail. */
async function hold(page: Page, requests: string): Promise<{ reject: () => void }> {
  let reject = () => {}
  const gate = new Promise<void>((resolve) => (reject = resolve))
  await page.route(requests, async (route) => {
    await gate
    await route.abort()
  })
  return { reject }
}
