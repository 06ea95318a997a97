import type { Page } from '@playwright/test'
import { ADMIN } from '../harness/keyward.ts'
import { expectFits } from '../harness/looks.ts'
import { PortalApi } from '../harness/portalApi.ts'
import { SignInForm } from '../harness/signInForm.ts'
import { expect, test } from '../harness/test.ts'
import { saying, text } from '../harness/text.ts'

const NEW = 'another good password'
const rows = (page: Page) => page.getByRole('table', { name: text('account.sessions') }).getByRole('row').filter({ has: page.locator('time') })

async function open(page: Page, url: string, admin: PortalApi): Promise<void> {
  await page.context().addCookies([admin.cookieFor(url)])
  await page.goto(`${url}/account`)
}

test('a changed password ends other sessions; only it signs in', async ({ page, keyward, alice, guard }) => {
  guard.expectStatus(401, 403, 422)
  const other = await PortalApi.signIn(keyward.url)
  await open(page, keyward.url, alice)
  await page.getByRole('button', { name: text('account.change-password') }).click()
  const dialog = page.getByRole('dialog', { name: text('account.change-password') })
  const [current, fresh] = [dialog.getByLabel(text('account.current-password')), dialog.getByLabel(text('account.new-password'))]
  await expect(current).toBeFocused()
  // For password managers.
  await expect(dialog.locator('input[autocomplete=username]')).toHaveValue(ADMIN.username)
  await page.keyboard.press('Enter')
  await expect(dialog.getByText(text('fields.missing'))).toBeVisible()
  // The focus of a field in error leaves it red.
  const colours = await current.evaluate((field) => [getComputedStyle(field).outlineColor, getComputedStyle(field).borderColor])
  expect(colours[0]).toBe(colours[1])
  await current.fill('wrong')
  await fresh.fill('short')
  await page.keyboard.press('Enter')
  await expect(fresh).toHaveAttribute('aria-invalid', 'true')
  // A hint while it is typed, and the gateway's word on what is common when it is sent.
  await fresh.fill('aaaaaaaaaaaa')
  await expect(fresh).toHaveAccessibleDescription(text('shared.password-predictable'))
  await fresh.fill('password1234')
  await page.keyboard.press('Enter')
  await expect(fresh).toHaveAccessibleDescription(new RegExp(text('fields.password-common')))
  await fresh.fill(NEW)
  await expect(fresh).toHaveAccessibleDescription(new RegExp(`${text('shared.password-fair')}|${text('shared.password-strong')}`))
  await page.keyboard.press('Enter')
  await expect(dialog.getByText(text('problems.wrong-password'))).toBeVisible()
  await expect(current).toBeFocused()
  await expect(fresh).toHaveValue(NEW)
  await current.fill(ADMIN.password)
  await page.keyboard.press('Enter')
  await expect(dialog).toBeHidden()
  await expect(page.getByText(text('account.password-changed'))).toBeVisible()
  await expect(rows(page)).toHaveCount(1)
  expect(await other.key()).toMatchObject({ code: 'not-signed-in' })

  await page.getByRole('main').getByRole('button', { name: text('frame.sign-out'), exact: true }).click()
  const form = new SignInForm(page)
  await form.signIn()
  await expect(page.getByRole('main').getByRole('alert')).toBeVisible()
  await form.signIn({ ...ADMIN, password: NEW })
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
})

test('sessions show their origin and end one by one or together', async ({ page, keyward, alice }) => {
  const others = await Promise.all([PortalApi.signIn(keyward.url), PortalApi.signIn(keyward.url), PortalApi.signIn(keyward.url)])
  await open(page, keyward.url, alice)
  await expect(rows(page)).toHaveCount(4)
  await expect(rows(page).filter({ hasText: text('account.this-session') })).toHaveCount(1)
  const own = rows(page).filter({ hasText: text('account.this-session') }).getByRole('button', { name: saying('account.end-of', { client: /.+/, address: '127.0.0.1' }) })
  await expect(own).toHaveAttribute('aria-disabled', 'true')
  await expect(rows(page).first()).toContainText('127.0.0.1')

  await rows(page).filter({ hasNotText: text('account.this-session') }).first().getByRole('button', { name: saying('account.end-of', { client: /.+/, address: '127.0.0.1' }) }).click()
  await page.getByRole('dialog', { name: text('account.end') }).getByRole('button', { name: text('account.end') }).click()
  await expect(rows(page)).toHaveCount(3)
  await page.getByRole('button', { name: text('account.end-others') }).click()
  await page.getByRole('dialog').getByRole('button', { name: text('account.end-others') }).click()
  await expect(page.getByText(text('account.others-ended', { count: 2 }))).toBeVisible()
  await expect(rows(page)).toHaveCount(1)
  for (const other of others) expect(await other.key()).toMatchObject({ code: 'not-signed-in' })
  await expect(page.getByRole('button', { name: text('account.end-others') })).toHaveAttribute('aria-disabled', 'true')
})

test('the longest user name moves nothing sideways', async ({ page, keyward, alice }) => {
  await keyward.sql(`UPDATE admins SET name = '${'W'.repeat(128)}'; UPDATE organizations SET name = '${'M'.repeat(128)}'`)
  await page.setViewportSize({ width: 320, height: 640 })
  await open(page, keyward.url, alice)
  await expect(rows(page)).toHaveCount(1)
  for (const width of [320, 640, 1024, 1920]) {
    await page.setViewportSize({ width, height: 640 })
    await expectFits(page)
  }
})

test.describe('in another time zone', () => {
  test.use({ timezoneId: 'Asia/Kolkata' })

  test('the page says which zone times are in', async ({ page, keyward, alice }) => {
    await open(page, keyward.url, alice)
    await expect(page.getByText(saying('account.times-in', { zone: /Asia\/(Kolkata|Calcutta) \(UTC\+5:30\)/ }))).toBeVisible()
  })
})

test('a password can be looked at while it is typed', async ({ page, keyward, alice }) => {
  await open(page, keyward.url, alice)
  await page.getByRole('button', { name: text('account.change-password') }).click()
  const fresh = page.getByRole('dialog').getByLabel(text('account.new-password'))
  await fresh.fill(NEW)
  await expect(fresh).toHaveAttribute('type', 'password')
  const eye = page.getByRole('dialog').getByRole('button', { name: text('controls.show-password') }).last()
  await expect(eye).toHaveAttribute('aria-pressed', 'false')
  await eye.click()
  await expect(eye).toHaveAttribute('aria-pressed', 'true')
  await expect(fresh).toHaveAttribute('type', 'text')
  await expect(fresh).toHaveValue(NEW)
  await eye.click()
  await expect(fresh).toHaveAttribute('type', 'password')
})
