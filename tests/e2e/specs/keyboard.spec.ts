import { allowCopying } from '../harness/browser.ts'
import { everyPage } from '../harness/everyPage.ts'
import { Keyboard } from '../harness/keyboard.ts'
import { KeyPage } from '../harness/keyPage.ts'
import { ADMIN } from '../harness/keyward.ts'
import { SignInForm } from '../harness/signInForm.ts'
import { expect, test } from '../harness/test.ts'
import { text } from '../harness/text.ts'

test('the key from sign-in to sign-out without a mouse', async ({ page, context, keyward, guard }) => {
  test.slow()
  guard.expectStatus(401, 404)
  await allowCopying(context)
  const keyboard = new Keyboard(page)
  await page.goto(keyward.url)
  const form = new SignInForm(page)
  await keyboard.type(form.username, ADMIN.username)
  await keyboard.type(form.password, ADMIN.password)
  await page.keyboard.press('Enter')

  const keyPage = new KeyPage(page)
  await expect(keyPage.row).toHaveCount(1)
  await keyboard.press(keyPage.reveal)
  const first = await keyPage.shownKey()
  await expect(keyPage.hide).toBeFocused()
  await keyboard.press(keyPage.copy)
  await expect(keyPage.copy).toBeFocused()

  await keyboard.press(keyPage.edit)
  await expect(keyPage.newKey).toBeFocused()
  await page.keyboard.press('Control+V')
  await expect(keyPage.newKey).toHaveValue(first)
  await keyboard.type(keyPage.newKey, 'AbC123xYz789')
  await keyboard.press(keyPage.confirm(text('api-key.replace')), 'Space')
  await expect(keyPage.dialog).toBeHidden()
  await expect(keyPage.edit).toBeFocused()
  expect(await keyPage.shownKey()).toBe('AbC123xYz789')

  await keyboard.press(keyPage.regenerate)
  await expect(keyPage.dialog).toBeVisible()
  // Enter alone must not do what can't be undone.
  await expect(keyPage.confirm(text('common.regenerate'))).not.toBeFocused()
  await keyboard.press(keyPage.confirm(text('common.regenerate')), 'Space')
  await expect(keyPage.dialog).toBeHidden()
  await expect(keyPage.regenerate).toBeFocused()
  expect(await keyPage.shownKey()).not.toBe('AbC123xYz789')

  await keyboard.press(keyPage.delete)
  await expect(keyPage.confirm(text('common.cancel'))).toBeFocused()
  await keyboard.press(keyPage.confirm(text('common.delete')))
  await expect(keyPage.add).toBeVisible()
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused()
  await keyboard.press(keyPage.add)
  await expect(keyPage.copy).toBeFocused()
  expect(await keyward.version()).toBe(5)

  await keyboard.press(page.getByRole('button', { name: text('frame.sign-out') }))
  await expect(form.username).toBeFocused()
})

test('every stop of every page is seen', async ({ page, context, keyward, alice, guard }) => {
  test.slow()
  guard.expectStatus(401)
  await page.goto(`${keyward.url}/sign-in`)
  await expect(new SignInForm(page).username).toBeVisible()
  expect(await new Keyboard(page).walk()).toEqual({ stops: 4, faults: [] })
  await context.addCookies([alice.cookieFor(keyward.url)])
  for await (const [path, other] of everyPage(context, keyward.url, alice.organization)) {
    const { stops, faults } = await new Keyboard(other).walk()
    expect(faults, path).toEqual([])
    expect(stops, path).toBeGreaterThan(10)
  }
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
