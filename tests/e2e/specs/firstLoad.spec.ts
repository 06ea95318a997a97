import { KeyPage } from '../harness/keyPage.ts'
import { expect, test } from '../harness/test.ts'

const LIMIT = 194_000

test('the first load is same-origin and within its size limit', async ({ page, keyward, alice }) => {
  const index = await (await fetch(keyward.url)).text()
  const sizes: Record<string, number> = {}
  const pending: Promise<void>[] = []
  page.on('response', (response) => {
    const url = new URL(response.url())
    expect(url.origin).toBe(keyward.url)
    if (url.pathname.startsWith('/api/')) return
    // What the other pages need is fetched when all else is done.
    if (/\/(keyward-portal-whole|more)-/.test(url.pathname)) return
    // Firefox fetches icons for its tabs and bookmarks, and tells so. Chromium doesn't.
    if (/icon/.test(url.pathname)) return
    const isPage = response.request().isNavigationRequest()
    if (!isPage) expect(index).toContain(url.pathname.slice(1))
    pending.push(response.request().sizes().then(({ responseBodySize }) => void (sizes[url.pathname] = responseBodySize)))
    expect(response.headers()['content-encoding'] ?? 'br', url.pathname).toBe('br')
  })
  await page.context().addCookies([alice.cookieFor(keyward.url)])
  await page.goto(`${keyward.url}/o/${alice.organization}/api-key`)
  await expect(new KeyPage(page).row).toHaveCount(1)
  await Promise.all(pending)
  const total = Object.values(sizes).reduce((sum, size) => sum + size, 0)
  expect(total, JSON.stringify(sizes)).toBeLessThanOrEqual(LIMIT)
  expect(total).toBeGreaterThan(0)
})
