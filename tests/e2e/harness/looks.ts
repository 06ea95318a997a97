import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { setColorScheme } from './browser.ts'
import { expect } from './test.ts'

/** WCAG 2.2 A and AA, and what is good practice beyond. */
export const STANDARDS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** Axe finds nothing on the page as it is: by all its rules, or by these alone. */
export async function expectNoFindings(page: Page, rules: string[] = [], where = ''): Promise<void> {
  // What fades in has half its contrast on the way. What takes longer is a countdown.
  await page.evaluate(async () => {
    const fades = document.getAnimations().filter((it) => Number(it.effect?.getComputedTiming().endTime) <= 1000)
    await Promise.allSettled(fades.map((fade) => fade.finished))
  })
  // Its other mode opens a second page for every look, for frames of other origins, which the portal doesn't have.
  const axe = new AxeBuilder({ page }).setLegacyMode()
  // Axe leaves the size of targets out unless it's asked.
  if (rules.length === 0) axe.options({ runOnly: STANDARDS, rules: { 'target-size': { enabled: true } } })
  else axe.withRules(rules)
  const { violations } = await axe.analyze()
  const findings = violations.map(({ id, nodes }) => ({ id, where: nodes.map((node) => `${node.target}: ${node.failureSummary}`) }))
  expect(findings, where).toEqual([])
}

/** Nothing has to be moved sideways. */
export async function expectFits(page: Page, where = ''): Promise<void> {
  const overflowing = await page.evaluate(() => {
    const boxes = [document.documentElement, ...document.querySelectorAll('dialog[open]')]
    return boxes.filter((box) => box.scrollWidth > box.clientWidth).map((box) => `${box.tagName}: ${box.scrollWidth} in ${box.clientWidth}`)
  })
  expect.soft(overflowing, where).toEqual([])
}

/**
 * Axe finds nothing on the page and nothing has to be moved sideways, on a desktop and on a phone, in light and in dark. The
 * colours alone differ between the last two, so the second look is at contrast.
 */
export async function expectFine(page: Page, where = ''): Promise<void> {
  const before = page.viewportSize()
  for (const width of [1440, 360]) {
    await page.setViewportSize({ width, height: 900 })
    await setColorScheme(page, 'light')
    await expectNoFindings(page, [], `${where} at ${width}, light`)
    await expectFits(page, `${where} at ${width}`)
    await setColorScheme(page, 'dark')
    await expectNoFindings(page, ['color-contrast'], `${where} at ${width}, dark`)
  }
  if (before) await page.setViewportSize(before)
}
