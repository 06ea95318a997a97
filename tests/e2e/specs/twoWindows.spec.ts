import { KeyPage } from '../harness/keyPage.ts'
import { COLLEAGUE } from '../harness/keyward.ts'
import { PortalApi } from '../harness/portalApi.ts'
import { expect, openKeyPage, test } from '../harness/test.ts'
import { text } from '../harness/text.ts'

test('a stale change says who and when; the input stays', async ({ keyPage: page, browser, keyward, guard }) => {
  guard.expectStatus(412)
  await keyward.addColleague()
  const bob = await PortalApi.signIn(keyward.url, COLLEAGUE)
  const other = await browser.newContext()
  guard.watch(other)
  const bobsPage = await other.newPage()
  await openKeyPage(bobsPage, keyward.url, bob)

  const keyPage = new KeyPage(page)
  await keyPage.edit.click()
  await keyPage.newKey.fill('AbC123xYz789')
  await new KeyPage(bobsPage).doRegenerate()
  const theirs = await new KeyPage(bobsPage).shownKey()

  // What is there now takes its time to come, and the admin doesn't.
  await page.route('**/api-key', async (route) => {
    if (route.request().method() === 'GET') await new Promise((resolve) => setTimeout(resolve, 1000))
    await route.fallback()
  })
  await keyPage.confirm(text('api-key.replace')).click()
  await expect(keyPage.dialog).toContainText(COLLEAGUE.username)
  await expect(keyPage.dialog.locator('time')).toBeVisible()
  await expect(keyPage.newKey).toHaveValue('AbC123xYz789')
  expect(await bob.reveal()).toBe(theirs)
  expect(await keyward.version()).toBe(2)

  // Knowing that, they may still want it.
  await keyPage.confirm(text('api-key.replace')).click()
  await expect(keyPage.dialog).toBeHidden()
  expect(await bob.reveal()).toBe('AbC123xYz789')
  await other.close()
})

test('a key that someone else has deleted is not regenerated', async ({ keyPage: page, keyward, guard }) => {
  guard.expectStatus(404, 412)
  await keyward.addColleague()
  const bob = await PortalApi.signIn(keyward.url, COLLEAGUE)
  const keyPage = new KeyPage(page)
  await keyPage.regenerate.click()
  await bob.delete()
  await keyPage.confirm(text('common.regenerate')).click()
  await expect(keyPage.dialog).toContainText(text('api-key.stale-gone'))
  await expect(keyPage.confirm(text('common.regenerate'))).toHaveCount(0)
  await keyPage.confirm(text('common.close')).click()
  await expect(keyPage.add).toBeVisible()
})

test('a page that is looked at again shows what others did', async ({ keyPage: page, keyward }) => {
  await keyward.addColleague()
  const bob = await PortalApi.signIn(keyward.url, COLLEAGUE)
  const keyPage = new KeyPage(page)
  await keyPage.reveal.click()
  const before = await keyPage.shownKey()
  await bob.regenerate()
  await page.evaluate(() => window.dispatchEvent(new Event('focus')))
  await expect(keyPage.row).toContainText(COLLEAGUE.username)
  await expect(keyPage.keyCell).not.toContainText(before)
})
