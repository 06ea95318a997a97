import { openSession } from '../harness/cloudApi.ts'
import { expectRefused, lookAgain } from '../harness/gestures.ts'
import { KeyPage } from '../harness/keyPage.ts'
import { expect, test } from '../harness/test.ts'
import { text } from '../harness/text.ts'

test('view only: neither the secret nor any change', async ({ page, keyward, alice }) => {
  await keyward.permission('READ_ONLY')
  await page.context().addCookies([alice.cookieFor(keyward.url)])
  await page.goto(`${keyward.url}/o/${alice.organization}/api-key`)
  const keyPage = new KeyPage(page)
  await expect(keyPage.row).toHaveCount(1)
  for (const control of [keyPage.reveal, keyPage.copy, keyPage.edit, keyPage.regenerate, keyPage.delete]) {
    await expectRefused(control, new RegExp(text('refusals.permission-denied')))
  }
})

test('view only with the right to reveal: the secret is there', async ({ page, keyward, alice }) => {
  const secret = await alice.reveal()
  await keyward.permission('READ_ONLY', { reveal: true })
  await page.context().addCookies([alice.cookieFor(keyward.url)])
  await page.goto(`${keyward.url}/o/${alice.organization}/api-key`)
  const keyPage = new KeyPage(page)
  await keyPage.reveal.click()
  await expect(keyPage.keyCell).toContainText(secret)
  await expectRefused(keyPage.regenerate, new RegExp(text('refusals.permission-denied')))
})

test('no permission: the page does not exist', async ({ page, keyward, alice, guard }) => {
  guard.expectStatus(403, 404)
  await keyward.permission('NONE')
  await page.context().addCookies([alice.cookieFor(keyward.url)])
  await page.goto(`${keyward.url}/o/${alice.organization}/api-key`)
  await expect(page.getByText(text('frame.no-access-title'))).toBeVisible()
  await expect(new KeyPage(page).row).toHaveCount(0)
})

test('disabled by the service provider: each change says why not', async ({ keyPage: page, keyward, alice }) => {
  const secret = await alice.reveal()
  const keyPage = new KeyPage(page)
  await expect(keyPage.regenerate).toBeEnabled()
  await keyward.key('disable')
  await lookAgain(page)
  await expect(keyPage.row).toContainText(text('api-key.disabled'))
  for (const control of [keyPage.edit, keyPage.regenerate, keyPage.delete]) {
    await expectRefused(control, /service provider has disabled the key/)
  }
  await expect(keyPage.add).toHaveCount(0)
  expect((await openSession(keyward.url, secret)).status).not.toBe(200)

  await keyward.key('enable')
  await lookAgain(page)
  await expect(keyPage.regenerate).toBeEnabled()
  await expect(keyPage.row).not.toContainText(text('api-key.disabled'))
})

test('expired subscription: read only until it is renewed', async ({ keyPage: page, keyward, alice }) => {
  const secret = await alice.reveal()
  const keyPage = new KeyPage(page)
  await expect(keyPage.row).toHaveCount(1)
  await keyward.subscription('expired')
  await lookAgain(page)
  await expect(page.getByText(text('common.subscription-expired'), { exact: true })).toBeVisible()
  await expect(keyPage.row).toHaveCount(1)
  for (const control of [keyPage.edit, keyPage.regenerate, keyPage.delete]) {
    await expectRefused(control, /subscription has expired/)
  }
  expect((await openSession(keyward.url, secret)).status).toBe(403)

  await keyward.subscription('active')
  await lookAgain(page)
  await expect(keyPage.regenerate).toBeEnabled()
})

test('never subscribed: says what is missing in place of a table', async ({ page, keyward, alice, guard }) => {
  guard.expectStatus(403)
  await keyward.subscription('none')
  await page.context().addCookies([alice.cookieFor(keyward.url)])
  await page.goto(`${keyward.url}/o/${alice.organization}/api-key`)
  await expect(page.getByText(text('frame.no-subscription'))).toBeVisible()
  await expect(page.getByRole('table')).toHaveCount(0)
  await expect(new KeyPage(page).add).toHaveCount(0)
})

test('disabled while a dialog is open: the change says why', async ({ keyPage: page, keyward, guard }) => {
  guard.expectStatus(403)
  const keyPage = new KeyPage(page)
  await keyPage.regenerate.click()
  await keyward.key('disable')
  const version = await keyward.version()
  await keyPage.confirm(text('common.regenerate')).click()
  await expect(keyPage.dialog.getByText(text('problems.api-key-disabled'))).toBeVisible()
  expect(await keyward.version()).toBe(version)
})
