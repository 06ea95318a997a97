import type { Locator } from '@playwright/test'
import { firefoxOptions } from '../harness/browser.ts'
import { menuOf } from '../harness/gestures.ts'
import { KeyPage } from '../harness/keyPage.ts'
import { ADMIN } from '../harness/keyward.ts'
import { expect, test } from '../harness/test.ts'
import { saying, text } from '../harness/text.ts'

/** Only Firefox can still be without. */
test.use({
  launchOptions: { ...firefoxOptions, firefoxUserPrefs: { 'layout.css.anchor-positioning.enabled': false } },
  viewport: { width: 1280, height: 640 },
})

type Edge = 'left' | 'right' | 'middle'

/** Waits until a box is within the window, so far below its button or above it, with the same left or right edge or middle. */
async function expectBeside(box: Locator, button: Locator, side: 'below' | 'above', gap: number, edge?: Edge): Promise<void> {
  await expect(box).toBeVisible()
  await expect.poll(async () => {
    const [of, at] = [await box.boundingBox(), await button.boundingBox()]
    if (!of || !at) return undefined
    const distance = side === 'below' ? of.y - at.y - at.height : at.y - of.y - of.height
    const apart = { left: of.x - at.x, right: of.x + of.width - at.x - at.width, middle: of.x + of.width / 2 - at.x - at.width / 2 }
    return [Math.round(distance), edge ? Math.round(apart[edge]) : 0]
  }).toEqual([gap, 0])
  await expect(box).toBeInViewport({ ratio: 1 })
}

test('the list of organizations stands below its button', async ({ keyPage: page, keyward }) => {
  expect(await page.evaluate(() => CSS.supports('anchor-scope: --a'))).toBe(false)
  await keyward.addOrganizations(['Globex'])
  await page.reload()
  const button = page.getByRole('button', { name: saying('controls.chosen', { label: text('common.organization'), choice: /.+/ }) })
  await button.click()
  const list = page.locator('.picker:popover-open')
  await expectBeside(list, button, 'below', 4, 'left')
  await page.getByRole('combobox', { name: text('frame.search-organizations') }).fill('Glo')
  await expectBeside(list, button, 'below', 4, 'left')
  await page.keyboard.press('Enter')
  await expect(button).toHaveText('Globex')
})

test('menus stand where there is room, and follow their buttons', async ({ page, keyward, alice }) => {
  await page.context().addCookies([alice.cookieFor(keyward.url)])
  await page.goto(`${keyward.url}/o/${alice.organization}/administrators`)
  const button = menuOf(page, ADMIN.username)
  const menu = page.locator('.menu-actions:popover-open')
  await button.click()
  await expectBeside(menu, button, 'below', 4, 'right')
  // What is below it is too little now.
  await page.setViewportSize({ width: 1280, height: Math.round(((await button.boundingBox())?.y ?? 0) + 60) })
  await expectBeside(menu, button, 'above', 4, 'right')
  await page.keyboard.press('Escape')
  await expect(menu).toHaveCount(0)

  await page.setViewportSize({ width: 360, height: 420 })
  await button.click()
  await expectBeside(menu, button, 'above', 4, 'right')
  await page.setViewportSize({ width: 400, height: 420 })
  await expectBeside(menu, button, 'above', 4, 'right')
})

test('the menu of columns stands below its button', async ({ page, keyward, alice }) => {
  await page.context().addCookies([alice.cookieFor(keyward.url)])
  await page.goto(`${keyward.url}/o/${alice.organization}/audit-log`)
  const button = page.getByRole('button', { name: text('table.columns') })
  await button.click()
  const menu = page.getByRole('group', { name: text('table.columns') })
  await expectBeside(menu, button, 'below', 4, 'right')
  // A column less moves the others.
  await menu.getByRole('checkbox').last().click()
  await expectBeside(menu, button, 'below', 4, 'right')
})

test('hints stand above their buttons, or below at the top', async ({ keyPage: page, keyward }) => {
  await keyward.subscription('expired')
  await page.reload()
  const { edit } = new KeyPage(page)
  const hint = page.getByRole('tooltip').filter({ visible: true })
  await edit.hover()
  await expectBeside(hint, edit, 'above', 6, 'middle')
  // It's beside the edge of the window, which moves its hint.
  await page.setViewportSize({ width: 360, height: 640 })
  const menu = page.getByRole('button', { name: text('frame.menu'), exact: true })
  await menu.hover()
  await expectBeside(page.locator('.hint').filter({ visible: true }), menu, 'below', 6)
})
