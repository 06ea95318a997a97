import type { Locator, Page } from '@playwright/test'
import { ADMIN } from './keyward.ts'
import { text } from './text.ts'

/** Where a person signs in: the page, or the dialog over a page whose session has ended. */
export class SignInForm {
  readonly username: Locator
  readonly password: Locator
  readonly submit: Locator

  constructor(scope: Page | Locator) {
    this.username = scope.getByLabel(text('sign-in.user-name'))
    this.password = scope.getByLabel(text('sign-in.password'), { exact: true })
    this.submit = scope.getByRole('button', { name: text('common.sign-in') })
  }

  async signIn(admin = ADMIN): Promise<void> {
    await this.username.fill(admin.username)
    await this.password.fill(admin.password)
    await this.submit.click()
  }
}
