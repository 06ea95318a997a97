import type { Page } from '@playwright/test'
import { KeyPage, everything } from '../harness/keyPage.ts'
import { expect, test } from '../harness/test.ts'

test('the key is in the page only while it is revealed', async ({ keyPage: page, alice }) => {
  const secret = await alice.reveal()
  const keyPage = new KeyPage(page)
  await expect(keyPage.row).toHaveCount(1)
  expect(await everything(page)).not.toContain(secret)

  await keyPage.reveal.click()
  await expect(keyPage.keyCell).toContainText(secret)
  expect(await everything(page)).toContain(secret)
  await keyPage.hide.click()
  await expect(keyPage.keyCell).not.toContainText(secret)
  expect(await everything(page)).not.toContain(secret)
})

test('the mask says nothing of the key', async ({ keyPage: page, alice }) => {
  const mask = await new KeyPage(page).keyCell.innerText()
  await alice.edit('AAAAAAAAAAAA')
  await page.reload()
  await expect(new KeyPage(page).row).toHaveCount(1)
  expect(await new KeyPage(page).keyCell.innerText()).toBe(mask)
})

test('it hides again after the time the admin has chosen', async ({ page, keyward, alice }) => {
  await page.clock.install()
  await page.context().addCookies([alice.cookieFor(keyward.url)])
  await page.goto(`${keyward.url}/o/${alice.organization}/api-key`)
  const keyPage = new KeyPage(page)
  const secret = await alice.reveal()
  await keyPage.reveal.click()
  await page.getByLabel(/hide.*after/i).selectOption({ label: '1 minute' })
  await expect(keyPage.keyCell).toContainText(secret)
  await page.clock.runFor(45_000)
  await expect(keyPage.keyCell).toContainText(secret)
  await page.clock.runFor(20_000)
  await expect(keyPage.keyCell).not.toContainText(secret)
  expect(await everything(page)).not.toContain(secret)

  // The choice outlives the page.
  await page.reload()
  await keyPage.reveal.click()
  await expect(keyPage.keyCell).toContainText(secret)
  await page.clock.runFor(65_000)
  await expect(keyPage.keyCell).not.toContainText(secret)
})

test('copy gives the secret without showing it', async ({ keyPage: page, alice }) => {
  await page.context().grantPermissions(['clipboard-write'])
  const secret = await alice.reveal()
  const keyPage = new KeyPage(page)
  await keyPage.copy.click()
  await expect(page.getByRole('status').filter({ hasText: 'Copied' })).toBeVisible()
  expect(await everything(page)).not.toContain(secret)

  // A person pastes it somewhere; the only field at hand is that of the dialog.
  await keyPage.edit.click()
  await keyPage.newKey.press('Control+V')
  await expect(keyPage.newKey).toHaveValue(secret)
})

test('copy says so when the browser refuses, and offers the text to copy by hand', async ({ keyPage: page, alice }) => {
  // What a browser does that asks and gets a no; headless ones don't ask.
  await page.evaluate(() => {
    const refuse = () => Promise.reject(new DOMException('refused', 'NotAllowedError'))
    Object.assign(navigator.clipboard, { write: refuse, writeText: refuse })
  })
  const secret = await alice.reveal()
  await new KeyPage(page).copy.click()
  await expectCopyByHand(page, secret)
})

test('copy works by hand where there is no clipboard, as on plain HTTP', async ({ page, keyward, alice }) => {
  await page.addInitScript(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }))
  await page.context().addCookies([alice.cookieFor(keyward.url)])
  await page.goto(`${keyward.url}/o/${alice.organization}/api-key`)
  const secret = await alice.reveal()
  await new KeyPage(page).copy.click()
  await expectCopyByHand(page, secret)
})

/** The page owns up, and the secret is there, selected. */
async function expectCopyByHand(page: Page, secret: string): Promise<void> {
  await expect(page.getByRole('alert').filter({ hasText: 'did not allow copying' })).toBeVisible()
  await expect(page.getByText('Copied')).toHaveCount(0)
  const text = page.getByLabel('Text to copy')
  await expect(text).toHaveValue(secret)
  await expect(text).toBeFocused()
  const selected = () => text.evaluate((it: HTMLInputElement) => it.value.slice(it.selectionStart ?? 0, it.selectionEnd ?? 0))
  await expect.poll(selected).toBe(secret)
  await page.keyboard.press('Escape')
  await expect(text).toHaveCount(0)
  expect(await everything(page)).not.toContain(secret)
}
