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
  const { scroll, client } = await page.evaluate(() => {
    const { scrollWidth: scroll, clientWidth: client } = document.documentElement
    return { scroll, client }
  })
  expect(scroll).toBeLessThanOrEqual(client)
}
