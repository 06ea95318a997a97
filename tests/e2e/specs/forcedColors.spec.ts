import type { Page } from '@playwright/test'
import { AdministratorsPage, RolesPage } from '../harness/administration.ts'
import { withPreferences } from '../harness/browser.ts'
import { everyPage } from '../harness/everyPage.ts'
import { GettingStartedPage } from '../harness/gettingStarted.ts'
import { Keyboard } from '../harness/keyboard.ts'
import { KeyPage } from '../harness/keyPage.ts'
import { ShapedTable } from '../harness/shapedTable.ts'
import { expect, openKeyPage, test } from '../harness/test.ts'
import { text } from '../harness/text.ts'

test.use({ contextOptions: { forcedColors: 'active' }, launchOptions: withPreferences({ 'browser.display.document_color_use': 2 }) })

test('every control, state and focus is visible', async ({ page, context, keyward, alice }) => {
  test.slow()
  await alice.invite('carol', 'Auditor')
  await context.addCookies([alice.cookieFor(keyward.url)])
  for await (const [path, other] of everyPage(context, keyward.url, alice.organization)) {
    expect(await invisible(other), path).toEqual([])
    expect((await new Keyboard(other).walk()).faults, path).toEqual([])
  }

  const start = await GettingStartedPage.open(page, keyward.url, alice)
  const [chosen, other] = [start.key.getByRole('tab').first(), start.key.getByRole('tab').nth(1)]
  expect(await ground(chosen), 'the chosen tab differs').not.toBe(await ground(other))

  const roles = await RolesPage.open(page, keyward.url, alice)
  await roles.add.click()
  const [on, off] = [roles.switch(text('roles.audit-log')), roles.switch(text('roles.api-access'))]
  await on.check()
  const knob = (it: typeof on) => it.evaluate((element) => getComputedStyle(element, '::before').backgroundColor)
  const surface = await ground(roles.dialog)
  expect(new Set([await knob(on), await knob(off), surface]).size, 'on, off and the ground differ').toBe(3)
  expect(await invisible(page)).toEqual([])
  await page.keyboard.press('Escape')

  await keyward.permission('READ_ONLY')
  await openKeyPage(page, keyward.url, alice)
  const { regenerate } = new KeyPage(page)
  await expect(regenerate).toBeDisabled()
  const colour = (it: typeof regenerate) => it.evaluate((element) => getComputedStyle(element).color)
  expect(await colour(regenerate), 'what is disabled looks so').not.toBe(await colour(page.getByRole('button', { name: text('controls.copy-base-url') })))
})

test('the current page has a line of its own', async ({ keyPage: page }) => {
  await expect(new KeyPage(page).row).toHaveCount(1)
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

test('the borders of columns show on hover only', async ({ page, keyward, alice }) => {
  await AdministratorsPage.open(page, keyward.url, alice)
  const table = new ShapedTable(page, text('administrators.title'))
  const border = table.heading(text('common.name')).locator('.table-resize')
  await expect(border).toHaveCSS('border-right-width', '0px')
  await table.heading(text('common.name')).hover()
  await expect(border).toHaveCSS('border-right-width', '2px')
})

const ground = (it: { evaluate: <R>(call: (element: Element) => R) => Promise<R> }) => it.evaluate((element) => getComputedStyle(element).backgroundColor)

/** Controls that neither a text, a picture, a border nor a ground of their own shows. */
async function invisible(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const isOpaque = (colour: string) => !/^(transparent|rgba\(.*, 0\))$/.test(colour)
    const behind = (element: Element): string => {
      for (let it = element.parentElement; it; it = it.parentElement) {
        const { backgroundColor } = getComputedStyle(it)
        if (isOpaque(backgroundColor)) return backgroundColor
      }
      return getComputedStyle(document.documentElement).backgroundColor
    }
    const shows = (element: Element) => {
      const style = getComputedStyle(element)
      const ground = isOpaque(style.backgroundColor) ? style.backgroundColor : behind(element)
      const hasBorder = parseFloat(style.borderTopWidth) > 0 && style.borderTopStyle !== 'none' && style.borderTopColor !== ground
      const hasContent = (element.textContent ?? '').trim() !== '' || element.querySelector('svg') !== null
      const isNative = element instanceof HTMLInputElement && /checkbox|radio/.test(element.type) && style.appearance !== 'none'
      return isNative || hasBorder || (hasContent && style.color !== ground)
    }
    const controls = [...document.querySelectorAll('a[href], button, input, select, summary, [role=option]')]
    const seen = controls.filter((it) => it.checkVisibility({ visibilityProperty: true }) && !it.matches('.visually-hidden'))
    return seen.filter((it) => !shows(it)).map((it) => it.outerHTML.slice(0, 120))
  })
}
