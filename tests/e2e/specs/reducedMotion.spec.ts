import type { Page } from '@playwright/test'
import { withPreferences } from '../harness/browser.ts'
import { KeyPage } from '../harness/keyPage.ts'
import { SandboxTokensPage } from '../harness/sandboxTokens.ts'
import { expect, openKeyPage, test } from '../harness/test.ts'
import { text } from '../harness/text.ts'

test.use({ contextOptions: { reducedMotion: 'reduce' }, launchOptions: withPreferences({ 'ui.prefersReducedMotion': 1 }) })

test('nothing moves', async ({ page, keyward, alice }) => {
  let go = () => {}
  const gate = new Promise<void>((resolve) => (go = resolve))
  await page.route('**/api/portal/orgs/*/api-key', async (route) => {
    await gate
    await route.continue()
  })
  await openKeyPage(page, keyward.url, alice)
  await expect(page.locator('[aria-busy=true]').first()).toBeVisible()
  expect(await moving(page), 'while it loads').toEqual([])
  go()
  const keyPage = new KeyPage(page)
  await keyPage.reveal.click()
  await keyPage.shownKey()
  expect(await moving(page), 'while the time of a secret runs out').toEqual([])
  await keyPage.regenerate.click()
  await expect(keyPage.dialog).toBeVisible()
  expect(await moving(page), 'a dialog').toEqual([])
  await page.route('**/regenerate', () => {})
  await keyPage.confirm(text('common.regenerate')).click()
  await expect(keyPage.dialog.locator('button[aria-busy]')).toBeVisible()
  expect(await moving(page), 'a button at work').toEqual([])

  await page.unrouteAll()
  const tokens = await SandboxTokensPage.open(page, keyward.url, alice)
  await tokens.doAdd('mail-gw')
  expect(await moving(page), 'a new row, and what says so').toEqual([])
})

/** What runs for longer than an instant. What follows the place of a scroll bar is no motion of its own. */
async function moving(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    document
      .getAnimations()
      .filter((it) => it.timeline instanceof DocumentTimeline && Number(it.effect?.getComputedTiming().activeDuration) > 1)
      .map((it) => `${it instanceof CSSAnimation ? it.animationName : 'a transition'} on ${(it.effect as KeyframeEffect).target?.className}`),
  )
}
