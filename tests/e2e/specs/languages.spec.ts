import { existsSync } from 'node:fs'
import type { Locator, Page } from '@playwright/test'
import { expectFits } from '../harness/looks.ts'
import { PSEUDO, PSEUDO_PORTAL, expectTranslated } from '../harness/pseudo.ts'
import { expect, test } from '../harness/test.ts'

test.use({ locale: PSEUDO, flags: ['--portal', PSEUDO_PORTAL, '--rate-limit-session', 'off'] })

test.beforeAll(() => {
  if (!existsSync(PSEUDO_PORTAL)) throw new Error('run `cargo xtask pseudo` first')
})

const WIDTHS = [360, 1024, 1440]

/** The page as it is, at each width. */
async function look(page: Page, where: string): Promise<void> {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 })
    await expectTranslated(page, `${where} at ${width}`)
    await expectFits(page)
  }
}

/** Opens a dialog or a menu by each of these, and looks at it. */
async function lookBehind(page: Page, openers: Locator, where: string): Promise<void> {
  const count = await openers.count()
  for (let index = 0; index < count; index++) {
    const opener = openers.nth(index)
    if (!(await opener.isVisible()) || (await opener.getAttribute('aria-disabled')) === 'true') continue
    await opener.click()
    await look(page, `${where}, opener ${index}`)
    await page.keyboard.press('Escape')
    await expect(page.locator('dialog[open]')).toHaveCount(0)
  }
}

test('the pages without a session are in the language', async ({ page, keyward, guard }) => {
  guard.expectStatus(401, 403, 404)
  for (const path of ['sign-in', 'setup', 'setup#wrong', 'invitation', `invitation#${'a'.repeat(43)}`, 'signed-in']) {
    await page.goto('about:blank')
    await page.goto(`${keyward.url}/${path}`)
    await expect(page.locator('#app h1').last()).toBeVisible()
    await look(page, path)
  }
  await page.goto(`${keyward.url}/sign-in`)
  await page.locator('[type=submit]').click()
  await expect(page.locator('.field-wrong').first()).toBeVisible()
  await look(page, 'sign-in with nothing entered')
})

test('the key page and its dialogs are in the language', async ({ keyPage: page }) => {
  await look(page, 'key page')
  await page.locator('.key-line button').first().click()
  await lookBehind(page, page.locator('.key-actions button'), 'key page')
})

test('the other pages and their dialogs are in the language', async ({ page, keyward, alice, guard }) => {
  test.slow()
  guard.expectStatus(404)
  await page.context().addCookies([alice.cookieFor(keyward.url)])
  await alice.invite('carol', 'Auditor')
  const org = `o/${alice.organization}`
  for (const path of [`${org}/oauth-servers`, `${org}/sandbox-tokens`, `${org}/getting-started`, `${org}/administrators`, `${org}/roles`, `${org}/audit-log`, 'organizations', 'account', 'nowhere', 'o/999/api-key']) {
    await page.setViewportSize({ width: 1440, height: 900 })
    await page.goto(`${keyward.url}/${path}`)
    await look(page, path)
    await lookBehind(page, page.locator('.panel-head button, .page-head button, .head-buttons button'), path)
    await lookBehind(page, page.locator('.table-area .menu > button').first(), `${path}, the columns`)
    await lookBehind(page, page.locator('.menu-opener').last(), `${path}, a row`)
  }
})
