import { expect, type Locator, type Page } from '@playwright/test'

import { text } from './text.ts'

/**
 * Presses *Try again*. While nothing answers, the page asks again by itself every five seconds: the button may be gone before
 * it is pressed.
 */
export async function askAgain(within: Page | Locator): Promise<void> {
  const button = within.getByRole('button', { name: text('common.try-again') }).first()
  await button.click({ timeout: 5_000 }).catch(() => expect(button).toBeHidden())
}
