import { expectFits } from '../harness/looks.ts'
import { KeyPage } from '../harness/keyPage.ts'
import { expect, test } from '../harness/test.ts'
import { saying, text } from '../harness/text.ts'

test('on paper there is what the page says, and nothing to press', async ({ keyPage: page, keyward, alice }) => {
  const keyPage = new KeyPage(page)
  await keyPage.reveal.click()
  await keyPage.shownKey()
  await page.emulateMedia({ media: 'print' })
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await expect(page.getByRole('main').getByText('Service Provider').first()).toBeVisible()
  for (const path of ['api-key', 'audit-log', 'administrators']) {
    await page.goto(`${keyward.url}/o/${alice.organization}/${path}`)
    await expect(page.getByRole('main').getByRole('table').first()).toBeVisible()
    await expect(page.locator('[aria-busy=true]')).toHaveCount(0)
    const shown = await page.getByRole('button').or(page.getByRole('navigation')).or(page.getByRole('link', { name: text('frame.skip') })).filter({ visible: true }).all()
    const names = await Promise.all(shown.map((it) => it.evaluate((element) => element.closest('td, th') === null)))
    expect(names.filter(Boolean), path).toEqual([])
  }
})

test('forced colors: the current page has a line of its own', async ({ keyPage: page }) => {
  await expect(new KeyPage(page).row).toHaveCount(1)
  await page.emulateMedia({ forcedColors: 'active' })
  const border = (name: string) =>
    page.getByRole('link', { name }).evaluate((element) => getComputedStyle(element).borderBottomColor)
  const [open, other, third] = [await border(text('api-key.title')), await border('OAuth 2.0'), await border('Sandbox')]
  expect(open).not.toBe(other)
  expect(other).toBe(third)
  const rail = page.getByRole('navigation', { name: text('frame.main') })
  const outline = (current: string) => rail.locator(`a${current}`).first().evaluate((element) => getComputedStyle(element).outlineStyle)
  expect(await outline('[aria-current]')).toBe('solid')
  expect(await outline(':not([aria-current])')).toBe('none')
})

test('more contrast on request', async ({ keyPage: page }) => {
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
