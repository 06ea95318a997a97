import { type Page, expect } from '@playwright/test'

/** The application has taken the place of what shows until it runs, and nothing on its page is loading. */
export async function expectLoaded(page: Page): Promise<void> {
  await expect(page.locator('#app :is(h1, .message-title)').last()).toBeVisible()
  await expect(page.locator('[aria-busy=true], .bar')).toHaveCount(0)
}
