import { type Locator, type Page, expect } from '@playwright/test'

/** Goes by Tab, or back by Shift+Tab, until the wanted control has the focus. */
export async function tabTo(page: Page, control: Locator): Promise<void> {
  await expect(control).toBeVisible()
  const key = await towards(control)
  for (let step = 0; step < 40; step++) {
    if (await control.evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press(key)
  }
  await expect(control, 'can be reached by Tab').toBeFocused()
}

/** The key that leads from the focus to a control. Tab alone doesn't in Firefox: after the last stop come the window's own controls. */
export async function towards(control: Locator): Promise<'Tab' | 'Shift+Tab'> {
  const isBefore = await control.evaluate((element) => {
    const place = document.activeElement?.compareDocumentPosition(element) ?? 0
    return (place & Node.DOCUMENT_POSITION_PRECEDING) !== 0
  })
  return isBefore ? 'Shift+Tab' : 'Tab'
}

/** The button that opens the menu of a row. */
export function menuOf(page: Page, name: string): Locator {
  return page.getByRole('button', { name: `Actions: ${name}`, exact: true })
}

/** What can be done with a row: a button of its own, or an entry of its menu, which is opened. */
export async function action(page: Page, verb: string, name: string): Promise<Locator> {
  const menu = menuOf(page, name)
  await expect(menu).toBeVisible()
  const button = page.getByRole('button', { name: `${verb} ${name}`, exact: true })
  if (await button.count()) return button
  const entries = page.getByRole('group', { name: `Actions: ${name}`, exact: true })
  if (!(await entries.isVisible())) await menu.click()
  return entries.getByRole('button', { name: verb, exact: true })
}

/** Does something in the menu of a row with the keyboard alone. */
export async function actByKeyboard(page: Page, verb: string, name: string): Promise<void> {
  await tabTo(page, menuOf(page, name))
  await page.keyboard.press('Enter')
  await tabTo(page, page.getByRole('group', { name: `Actions: ${name}`, exact: true }).getByRole('button', { name: verb, exact: true }))
  await page.keyboard.press('Enter')
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
