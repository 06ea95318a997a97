import type { Locator, Page } from '@playwright/test'
import { allowCopying, isChromium } from '../harness/browser.ts'
import { KeyPage, everything } from '../harness/keyPage.ts'
import { SandboxTokensPage } from '../harness/sandboxTokens.ts'
import { expect, test } from '../harness/test.ts'
import { text } from '../harness/text.ts'

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

test('it hides again after the time the admin chose', async ({ page, keyward, alice }) => {
  await page.clock.install()
  await page.context().addCookies([alice.cookieFor(keyward.url)])
  await page.goto(`${keyward.url}/o/${alice.organization}/api-key`)
  const keyPage = new KeyPage(page)
  const secret = await alice.reveal()
  await keyPage.reveal.click()
  await page.getByLabel(/hide.*after/i).selectOption({ label: text('api-key.minutes', { minutes: 1 }) })
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
  await allowCopying(page.context())
  const secret = await alice.reveal()
  const keyPage = new KeyPage(page)
  await keyPage.copy.click()
  await expect(page.getByRole('status').filter({ hasText: text('controls.copied') })).toBeVisible()
  expect(await everything(page)).not.toContain(secret)

  // A person pastes it somewhere; the only field at hand is that of the dialog.
  await keyPage.edit.click()
  await keyPage.newKey.press('Control+V')
  await expect(keyPage.newKey).toHaveValue(secret)
})

test('a refused copy offers the text to copy by hand', async ({ keyPage: page, alice }) => {
  // What a browser does that asks and gets a no; headless ones don't ask.
  await page.evaluate(() => {
    const refuse = () => Promise.reject(new DOMException('refused', 'NotAllowedError'))
    Object.assign(navigator.clipboard, { write: refuse, writeText: refuse })
  })
  const secret = await alice.reveal()
  await new KeyPage(page).copy.click()
  await expectCopyByHand(page, secret)
})

test('copying works by hand without a clipboard (plain HTTP)', async ({ page, keyward, alice }) => {
  await page.addInitScript(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }))
  await page.context().addCookies([alice.cookieFor(keyward.url)])
  await page.goto(`${keyward.url}/o/${alice.organization}/api-key`)
  const secret = await alice.reveal()
  await new KeyPage(page).copy.click()
  await expectCopyByHand(page, secret)
})

/** The page owns up, and the secret is there, selected. */
async function expectCopyByHand(page: Page, secret: string): Promise<void> {
  await expect(page.getByRole('alert').filter({ hasText: text('controls.copy-by-hand-text') })).toBeVisible()
  await expect(page.getByText(text('controls.copied'))).toHaveCount(0)
  const field = page.getByLabel(text('controls.text-to-copy'))
  await expect(field).toHaveValue(secret)
  await expect(field).toBeFocused()
  const selected = () => field.evaluate((it: HTMLInputElement) => it.value.slice(it.selectionStart ?? 0, it.selectionEnd ?? 0))
  await expect.poll(selected).toBe(secret)
  await page.keyboard.press('Escape')
  await expect(field).toHaveCount(0)
  expect(await everything(page)).not.toContain(secret)
}

/** What someone has selected. */
const selection = (page: Page) => page.evaluate(() => getSelection()?.toString())

/** Selects a text in each of the ways there are, and copies it. */
async function expectSelectable(page: Page, secret: Locator, text: string): Promise<void> {
  await expect(secret).toHaveText(text)
  const box = await secret.boundingBox()
  if (!box) throw new Error('the secret does not show')
  const middle = { x: box.x + 30, y: box.y + 10 }
  for (const clickCount of [2, 3]) {
    await page.mouse.click(middle.x, middle.y, { clickCount })
    await expect.poll(() => selection(page)).toBe(text)
    await page.evaluate(() => getSelection()?.removeAllRanges())
  }
  // In Firefox a drag that begins beside what is selected as a whole selects nothing.
  await page.mouse.move(box.x + (isChromium(page.context()) ? -4 : 2), box.y + 4)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width + 2, box.y + box.height - 4, { steps: 8 })
  await page.mouse.up()
  await expect.poll(() => selection(page)).toBe(text)
  await page.keyboard.press('Control+C')
  await page.evaluate(() => document.body.appendChild(document.createElement('textarea')).focus())
  await page.keyboard.press('Control+V')
  await expect(page.locator('textarea')).toHaveValue(text)
}

test('a selection of a revealed key has exactly its characters', async ({ keyPage: page, alice }) => {
  const keyPage = new KeyPage(page)
  await keyPage.reveal.click()
  await expectSelectable(page, keyPage.keyCell.locator('.secret-text'), await alice.reveal())
})

test('so has one of a Sandbox API token', async ({ page, keyward, alice }) => {
  const tokens = await SandboxTokensPage.open(page, keyward.url, alice)
  const token = await tokens.doAdd('mail-gw')
  await expectSelectable(page, tokens.row('mail-gw').locator('.secret-text'), token)
})

test('a translated page shows the new key, and its time runs', async ({ keyPage: page, alice }) => {
  const keyPage = new KeyPage(page)
  await keyPage.reveal.click()
  const before = await keyPage.shownKey()
  // As a translator does, which leaves alone what says so; but the key must stand even that.
  await page.evaluate(() => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const found: Text[] = []
    while (texts.nextNode()) found.push(texts.currentNode as Text)
    for (const text of found) {
      const parent = text.parentElement
      if (!parent || !text.data.trim() || parent.closest('script, style, #start')) continue
      if (parent.closest('[translate=no]') && !parent.closest('.secret')) continue
      const font = document.createElement('font')
      font.textContent = text.data
      text.replaceWith(font)
    }
  })
  await expect(keyPage.keyCell).toContainText(new RegExp(text('controls.hides-in', { seconds: 0 }).replace('0', '[12]\\d')))
  await keyPage.doRegenerate()
  const after = await alice.reveal()
  expect(after).not.toBe(before)
  expect(await keyPage.shownKey()).toBe(after)
  await expect(keyPage.keyCell).toContainText(text('api-key.new-key'))
  await expect(keyPage.keyCell).not.toContainText(before)
  await keyPage.hide.click()
  await expect(keyPage.keyCell).not.toContainText(after)
})

test('nothing moves when the key is revealed', async ({ keyPage: page }) => {
  const keyPage = new KeyPage(page)
  await expect(keyPage.row).toHaveCount(1)
  const places = async () => [await keyPage.row.boundingBox(), await keyPage.copy.boundingBox(), await keyPage.edit.boundingBox()]
  const before = await places()
  await keyPage.reveal.click()
  await keyPage.shownKey()
  expect(await places()).toEqual(before)
})
