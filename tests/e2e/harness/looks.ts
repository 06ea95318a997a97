import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect } from './test.ts'

/** Axe finds nothing on the page as it is. */
export async function expectNoFindings(page: Page): Promise<void> {
  // What fades in has half its contrast on the way. What takes longer is a countdown.
  await page.evaluate(async () => {
    const fades = document.getAnimations().filter((it) => Number(it.effect?.getComputedTiming().endTime) <= 1000)
    await Promise.allSettled(fades.map((fade) => fade.finished))
  })
  const { violations } = await new AxeBuilder({ page }).analyze()
  const findings = violations.map(({ id, nodes }) => ({ id, where: nodes.map((node) => `${node.target}: ${node.failureSummary}`) }))
  expect(findings).toEqual([])
}

/** Nothing has to be moved sideways. */
export async function expectFits(page: Page): Promise<void> {
  const overflowing = await page.evaluate(() => {
    const boxes = [document.documentElement, ...document.querySelectorAll('dialog[open]')]
    return boxes.filter((box) => box.scrollWidth > box.clientWidth).map((box) => `${box.tagName}: ${box.scrollWidth} in ${box.clientWidth}`)
  })
  expect.soft(overflowing).toEqual([])
}
