import type { Page } from '@playwright/test'
import { RolesPage } from '../harness/administration.ts'
import { GettingStartedPage } from '../harness/gettingStarted.ts'
import { Keyboard } from '../harness/keyboard.ts'
import { KeyPage } from '../harness/keyPage.ts'
import { SandboxTokensPage } from '../harness/sandboxTokens.ts'
import { expect, openKeyPage, test } from '../harness/test.ts'
import { text } from '../harness/text.ts'

test.describe('forced colors', () => {
  test.use({ contextOptions: { forcedColors: 'active' } })

  test('every control, state and focus is visible', async ({ page, keyward, alice }) => {
    test.slow()
    await alice.invite('carol', 'Auditor')
    await openKeyPage(page, keyward.url, alice)
    const keyboard = new Keyboard(page)
    for (const path of ['api-key', 'oauth-servers', 'sandbox-tokens', 'getting-started', 'audit-log', 'administrators', 'roles']) {
      await page.goto(`${keyward.url}/o/${alice.organization}/${path}`)
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
      await expect(page.locator('[aria-busy=true]')).toHaveCount(0)
      expect(await invisible(page), path).toEqual([])
      expect((await keyboard.walk()).faults, path).toEqual([])
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
})

test.describe('reduced motion', () => {
  test.use({ contextOptions: { reducedMotion: 'reduce' } })

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

/** What runs for longer than an instant. What follows the place of a scroll bar is no motion of its own. */
async function moving(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    document
      .getAnimations()
      .filter((it) => it.timeline instanceof DocumentTimeline && Number(it.effect?.getComputedTiming().activeDuration) > 1)
      .map((it) => `${it instanceof CSSAnimation ? it.animationName : 'a transition'} on ${(it.effect as KeyframeEffect).target?.className}`),
  )
}
