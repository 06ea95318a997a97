import type { Locator, Page } from '@playwright/test'
import { ADMIN } from './keyward.ts'

/** Where a person signs in: the page, or the dialog over a page whose session has ended. */
export class SignInForm {
  readonly username: Locator
  readonly password: Locator
  readonly submit: Locator

  constructor(scope: Page | Locator) {
    this.username = scope.getByLabel('User name')
    this.password = scope.getByLabel('Password', { exact: true })
    this.submit = scope.getByRole('button', { name: 'Sign in' })
  }

  async signIn(admin = ADMIN): Promise<void> {
    await this.username.fill(admin.username)
    await this.password.fill(admin.password)
    await this.submit.click()
  }
}
