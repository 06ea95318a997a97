import type { Locator, Page } from '@playwright/test'
import { AdministratorsPage } from '../harness/administration.ts'
import { allowCopying, setColorScheme } from '../harness/browser.ts'
import { KeyPage } from '../harness/keyPage.ts'
import { ADMIN } from '../harness/keyward.ts'
import { ShapedTable } from '../harness/shapedTable.ts'
import { SignInForm } from '../harness/signInForm.ts'
import { expect, openKeyPage, test } from '../harness/test.ts'
import { text } from '../harness/text.ts'

// Criteria of WCAG 2.2 that no tool checks by itself.

test('passwords can be pasted, filled in and looked at', async ({ page, context, keyward, alice, guard }) => {
  guard.expectStatus(401, 403)
  await allowCopying(context)
  await page.goto(await alice.invite('carol', 'Auditor'))
  await expect(page.getByLabel(text('invitation.new-password'))).toHaveAttribute('autocomplete', 'new-password')
  await expect(page.getByLabel(text('invitation.user-name'))).toHaveAttribute('autocomplete', 'username')

  await page.goto(`${keyward.url}/sign-in`)
  const form = new SignInForm(page)
  await expect(form.username).toHaveAttribute('autocomplete', 'username')
  await expect(form.password).toHaveAttribute('autocomplete', 'current-password')
  await form.username.fill(ADMIN.username)
  await page.evaluate((password) => navigator.clipboard.writeText(password), ADMIN.password)
  await form.password.press('Control+V')
  await expect(form.password).toHaveValue(ADMIN.password)
  await page.getByRole('button', { name: text('controls.show-password') }).click()
  await expect(form.password).toHaveAttribute('type', 'text')
  await form.submit.click()
  await expect(new KeyPage(page).row).toHaveCount(1)

  // What was entered already isn't asked for again.
  await keyward.agePasswords()
  await new KeyPage(page).reveal.click()
  const ask = page.getByRole('dialog', { name: text('interrupted.password-title') })
  await expect(ask.getByLabel(text('sign-in.user-name'))).toHaveValue(ADMIN.username)
  await expect(ask.getByLabel(text('sign-in.password'), { exact: true })).toHaveAttribute('autocomplete', 'current-password')
})

test('what is dragged can be done by single clicks', async ({ page, keyward, alice }) => {
  await AdministratorsPage.open(page, keyward.url, alice)
  const table = new ShapedTable(page, text('administrators.title'))
  await table.expectHeadings([text('common.name'), text('common.role'), text('common.status'), text('administrators.last-sign-in'), text('administrators.active-sessions')])
  const before = await table.width(text('common.role'))
  await table.open.click()
  await table.control(text('table.wider', { column: text('common.role') })).click()
  await table.control(text('table.up', { column: text('common.role') })).click()
  await table.expectHeadings([text('common.role'), text('common.name'), text('common.status'), text('administrators.last-sign-in'), text('administrators.active-sessions')])
  expect(await table.width(text('common.role'))).toBeGreaterThan(before)
})

test('a hint can be hovered, stays, and is dismissed', async ({ page, keyward, alice }) => {
  await keyward.permission('READ_ONLY')
  await openKeyPage(page, keyward.url, alice)
  const { regenerate } = new KeyPage(page)
  const hint = page.getByRole('tooltip').filter({ visible: true })
  await regenerate.hover()
  await expect(hint).toHaveCount(1)
  await hint.hover()
  await expect(hint).toHaveCount(1)
  await page.mouse.move(0, 0)
  await expect(hint).toHaveCount(0)
  await page.keyboard.press('Tab')
  await regenerate.focus()
  await expect(hint).toHaveCount(1)
  await page.keyboard.press('Escape')
  await expect(hint).toHaveCount(0)
  await expect(regenerate).toBeFocused()
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`borders of fields and rings stand out in ${colorScheme}`, async ({ page, keyward, alice, guard }) => {
    guard.expectStatus(401)
    await setColorScheme(page, colorScheme)
    await page.goto(`${keyward.url}/sign-in`)
    const form = new SignInForm(page)
    expect(await contrast(form.username, 'borderTopColor')).toBeGreaterThanOrEqual(3)
    await form.username.focus()
    expect(await contrast(form.username, 'outlineColor')).toBeGreaterThanOrEqual(3)
    await openKeyPage(page, keyward.url, alice)
    const keyPage = new KeyPage(page)
    await expect(keyPage.row).toHaveCount(1)
    for (const control of [page.getByRole('combobox', { name: text('api-key.hide-after') }), keyPage.regenerate, keyPage.reveal]) {
      await page.keyboard.press('Tab')
      await control.focus()
      expect(await contrast(control, 'outlineColor')).toBeGreaterThanOrEqual(3)
    }
    expect(await contrast(page.getByRole('combobox', { name: text('api-key.hide-after') }), 'borderTopColor')).toBeGreaterThanOrEqual(3)
  })
}

/** The contrast of a colour of an element with the ground behind it. */
async function contrast(it: Locator, of: 'borderTopColor' | 'outlineColor'): Promise<number> {
  return it.evaluate((element, of) => {
    const flat = '2d' as const
    const canvas = new OffscreenCanvas(1, 1).getContext(flat, { willReadFrequently: true })
    if (!canvas) throw new Error('no canvas')
    const luminance = (colours: string[]) => {
      for (const colour of colours) {
        canvas.fillStyle = colour
        canvas.fillRect(0, 0, 1, 1)
      }
      const [red = 0, green = 0, blue = 0] = [...canvas.getImageData(0, 0, 1, 1).data].map((part) => {
        const share = part / 255
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
      })
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
    const grounds: string[] = []
    for (let around = element.parentElement; around; around = around.parentElement) grounds.unshift(getComputedStyle(around).backgroundColor)
    const [one, other] = [luminance([...grounds, getComputedStyle(element)[of]]), luminance(grounds)]
    return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05)
  }, of)
}

test('each page has a language, a title, landmarks and headings', async ({ page, keyward, alice, guard }) => {
  guard.expectStatus(401)
  await page.goto(`${keyward.url}/sign-in`)
  await expect(new SignInForm(page).username).toBeVisible()
  await expectOutline(page, ['main'])
  await page.context().addCookies([alice.cookieFor(keyward.url)])
  const titles = new Set<string>()
  const paths = ['api-key', 'oauth-servers', 'sandbox-tokens', 'getting-started', 'audit-log', 'administrators', 'roles']
  for (const path of [...paths.map((it) => `o/${alice.organization}/${it}`), 'organizations', 'account']) {
    await page.goto(`${keyward.url}/${path}`)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await expectOutline(page, ['main', 'navigation'])
    titles.add(await page.title())
  }
  expect(titles.size, 'each page has a title of its own').toBe(paths.length + 2)
})

/** One heading of the first level, none left out below it, and the landmarks. */
async function expectOutline(page: Page, landmarks: ('main' | 'navigation')[]): Promise<void> {
  await expect(page.locator('html')).toHaveAttribute('lang', 'en')
  for (const landmark of landmarks) await expect(page.getByRole(landmark).first()).toBeVisible()
  const levels = await page.getByRole('heading').evaluateAll((headings) => headings.filter((it) => it.checkVisibility()).map((it) => Number(it.tagName[1])))
  expect(levels.filter((level) => level === 1)).toEqual([1])
  expect(levels.every((level, index) => level <= (levels[index - 1] ?? 0) + 1), levels.join()).toBe(true)
}
