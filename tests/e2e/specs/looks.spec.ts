import { expectFits } from '../harness/looks.ts'
import { KeyPage } from '../harness/keyPage.ts'
import { expect, test } from '../harness/test.ts'
import { saying, text } from '../harness/text.ts'

// Playwright doesn't pass this on to Firefox.
test('more contrast on request', { tag: '@chromium' }, async ({ keyPage: page }) => {
  await expect(new KeyPage(page).row).toHaveCount(1)
  const line = () => page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--line'))
  const before = await line()
  await page.emulateMedia({ contrast: 'more' })
  expect(await line()).not.toBe(before)
})

test('text of twice the size fits', async ({ keyPage: page }) => {
  await expect(new KeyPage(page).row).toHaveCount(1)
  await page.setViewportSize({ width: 720, height: 450 })
  await expectFits(page)
})

test('a name from right to left is cut at its end', async ({ keyward, alice, page }) => {
  const name = 'شركة الاتصالات العربية الدولية للتجارة والخدمات العامة'
  await keyward.addOrganizations([name])
  await page.context().addCookies([alice.cookieFor(keyward.url)])
  await page.goto(`${keyward.url}/organizations`)
  const cell = page.getByRole('table').getByText(name)
  await expect(cell).toBeVisible()
  const direction = await cell.evaluate((element) => getComputedStyle(element.closest('.cell') ?? element).direction)
  expect(direction).toBe('rtl')
  await page.getByRole('table').getByRole('link', { name }).click()
  const switcher = page.getByRole('button', { name: saying('controls.chosen', { label: text('common.organization'), choice: /.+/ }) })
  await expect(switcher).toContainText(name)
  expect(await switcher.locator('.menu-text').evaluate((element) => getComputedStyle(element).direction)).toBe('rtl')
})
