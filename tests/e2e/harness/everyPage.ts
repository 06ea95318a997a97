import { type BrowserContext, type Page, expect } from '@playwright/test'

const OF_AN_ORGANIZATION = ['api-key', 'oauth-servers', 'sandbox-tokens', 'getting-started', 'audit-log', 'administrators', 'roles']

/** Every page of someone who is signed in, loaded, in a tab of its own. */
export async function* everyPage(context: BrowserContext, url: string, organization: number): AsyncGenerator<[path: string, page: Page]> {
  for (const path of [...OF_AN_ORGANIZATION.map((it) => `o/${organization}/${it}`), 'organizations', 'account']) {
    const page = await context.newPage()
    await page.goto(`${url}/${path}`)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await expect(page.locator('[aria-busy=true]')).toHaveCount(0)
    yield [path, page]
    await page.close()
  }
}
