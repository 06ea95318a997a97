import { AdministratorsPage } from '../harness/administration.ts'
import { everyPage } from '../harness/everyPage.ts'
import { Keyboard } from '../harness/keyboard.ts'
import { KeyPage } from '../harness/keyPage.ts'
import { expectFits } from '../harness/looks.ts'
import { expectNothingCut } from '../harness/pseudo.ts'
import { expect, openKeyPage, test } from '../harness/test.ts'
import { text } from '../harness/text.ts'

for (const [zoom, viewport] of [
  ['200', { width: 640, height: 512 }],
  ['400', { width: 320, height: 256 }],
] as const) {
  test.describe(`at ${zoom} % of a window of 1280 by 1024`, () => {
    test.use({ viewport })
    test.slow()

    test('each page reflows, and every stop is seen', async ({ context, keyward, alice }) => {
      await alice.invite('carol', 'Auditor')
      await context.addCookies([alice.cookieFor(keyward.url)])
      for await (const [path, page] of everyPage(context, keyward.url, alice.organization)) {
        await expectFits(page, path)
        const { stops, faults } = await new Keyboard(page).walk()
        expect.soft(faults, path).toEqual([])
        expect(stops, path).toBeGreaterThan(3)
      }
    })

    test('dialogs can be used', async ({ page, keyward, alice }) => {
      await openKeyPage(page, keyward.url, alice)
      const keyboard = new Keyboard(page)
      const keyPage = new KeyPage(page)
      await keyboard.press(keyPage.edit)
      await keyboard.type(keyPage.newKey, 'AbC123xYz789')
      await keyboard.press(keyPage.confirm(text('api-key.replace')))
      await expect(keyPage.dialog).toBeHidden()
      expect(await keyPage.shownKey()).toBe('AbC123xYz789')
      const admins = await AdministratorsPage.open(page, keyward.url, alice)
      await keyboard.press(admins.invite)
      await keyboard.type(admins.name, 'carol')
      await keyboard.choose(admins.role('Auditor'))
      await expectFits(page)
      await keyboard.press(admins.button(text('administrators.invite')))
      await expect(admins.link).toHaveValue(/#/)
    })
  })
}

test('text with more space around it is not cut off', async ({ context, keyward, alice }) => {
  test.slow()
  await context.addCookies([alice.cookieFor(keyward.url)])
  for await (const [path, page] of everyPage(context, keyward.url, alice.organization)) {
    // As WCAG 2.2, 1.4.12 has it. The policy on content refuses a style element.
    await page.evaluate(() => {
      const sheet = new CSSStyleSheet()
      sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-bottom: 2em !important }')
      document.adoptedStyleSheets = [sheet]
    })
    for (const width of [1440, 360]) {
      await page.setViewportSize({ width, height: 900 })
      await expectFits(page, `${path} at ${width}`)
      await expectNothingCut(page, `${path} at ${width}`)
    }
  }
})
