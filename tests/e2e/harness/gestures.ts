import { type Locator, type Page, expect } from '@playwright/test'

/** Goes on by Tab until the wanted control has the focus. */
export async function tabTo(page: Page, control: Locator): Promise<void> {
  await expect(control).toBeVisible()
  for (let step = 0; step < 40; step++) {
    if (await control.evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press('Tab')
  }
  await expect(control, 'can be reached by Tab').toBeFocused()
}

/** What the browser says when someone comes back to the window. */
export async function lookAgain(page: Page): Promise<void> {
  await page.evaluate(() => window.dispatchEvent(new Event('focus')))
}

/** A control that is there, can't be used, and tells why. */
export async function expectRefused(control: Locator, reason: string | RegExp): Promise<void> {
  await expect(control).toHaveCount(1)
  await expect(control).toBeDisabled()
  await expect(control).toHaveAccessibleDescription(reason)
}
