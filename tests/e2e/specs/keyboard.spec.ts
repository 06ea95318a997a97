import { tabTo } from '../harness/gestures.ts'
import { KeyPage } from '../harness/keyPage.ts'
import { ADMIN } from '../harness/keyward.ts'
import { expect, test } from '../harness/test.ts'
import { text } from '../harness/text.ts'

test('from sign-in to a regenerated key without a mouse', async ({ page, keyward, alice, guard }) => {
  guard.expectStatus(401)
  const before = await alice.reveal()
  await page.goto(keyward.url)
  await tabTo(page, page.getByLabel(text('sign-in.user-name')))
  await page.keyboard.type(ADMIN.username)
  await tabTo(page, page.getByLabel(text('sign-in.password'), { exact: true }))
  await page.keyboard.type(ADMIN.password)
  await page.keyboard.press('Enter')

  const keyPage = new KeyPage(page)
  await expect(keyPage.row).toHaveCount(1)
  await tabTo(page, keyPage.regenerate)
  await page.keyboard.press('Enter')
  await expect(keyPage.dialog).toBeVisible()
  // Enter alone must not do what can't be undone.
  await expect(keyPage.confirm(text('common.regenerate'))).not.toBeFocused()
  await tabTo(page, keyPage.confirm(text('common.regenerate')))
  await page.keyboard.press('Space')
  await expect(keyPage.dialog).toBeHidden()
  await expect(keyPage.regenerate).toBeFocused()
  expect(await keyPage.shownKey()).not.toBe(before)
})

test('after adding a key the focus is where it can be copied', async ({ keyPage: page, alice, guard }) => {
  guard.expectStatus(404)
  await alice.delete()
  await page.reload()
  const keyPage = new KeyPage(page)
  await tabTo(page, keyPage.add)
  await page.keyboard.press('Enter')
  await expect(keyPage.copy).toBeFocused()
})

test('focus stays within an open dialog', async ({ keyPage: page }) => {
  const keyPage = new KeyPage(page)
  await keyPage.edit.click()
  await expect(keyPage.newKey).toBeFocused()
  for (let step = 0; step < 8; step++) {
    await page.keyboard.press('Tab')
    const outside = await page.evaluate(() => {
      const active = document.activeElement
      // The browser's own controls come between; the page behind must not.
      return active !== document.body && active?.closest('dialog, [role=dialog]') === null
    })
    expect(outside).toBe(false)
  }
})

test('the first tab stop skips to the content', async ({ keyPage: page }) => {
  await expect(new KeyPage(page).row).toHaveCount(1)
  await page.keyboard.press('Tab')
  await expect(page.getByRole('link', { name: text('frame.skip') })).toBeFocused()
  await page.keyboard.press('Enter')
  expect(await page.evaluate(() => document.activeElement?.closest('main') !== null)).toBe(true)
})
