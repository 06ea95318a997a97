import { type BrowserContext, type Page, expect } from '@playwright/test'
import { expectLoaded } from './loaded.ts'

const OF_AN_ORGANIZATION = ['api-key', 'oauth-servers', 'sandbox-tokens', 'getting-started', 'audit-log', 'administrators', 'roles']

/** Every page of someone who is signed in, loaded, in a tab of its own. */
export async function* everyPage(context: BrowserContext, url: string, organization: number): AsyncGenerator<[path: string, page: Page]> {
  for (const path of [...OF_AN_ORGANIZATION.map((it) => `o/${organization}/${it}`), 'organizations', 'account']) {
    const page = await context.newPage()
    await page.goto(`${url}/${path}`)
    await expectLoaded(page)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    yield [path, page]
    await page.close()
  }
}
