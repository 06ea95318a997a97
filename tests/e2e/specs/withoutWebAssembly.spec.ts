import { expect, test } from '../harness/test.ts'
import { text } from '../harness/text.ts'

/** What every page needs and `boot.js` looks for, each with how it's taken away. */
const NEEDED: Record<string, () => void> = {
  WebAssembly: () => void Reflect.deleteProperty(globalThis, 'WebAssembly'),
  popovers: () => void Reflect.deleteProperty(HTMLElement.prototype, 'showPopover'),
  'light-dark()': () => {
    const supports = CSS.supports.bind(CSS)
    CSS.supports = (condition: string) => !condition.includes('light-dark') && supports(condition)
  },
  ':has()': () => {
    const supports = CSS.supports.bind(CSS)
    CSS.supports = (condition: string) => !condition.includes(':has') && supports(condition)
  },
}

for (const [name, takeAway] of Object.entries(NEEDED)) {
  test(`a browser without ${name} is told that it's too old`, async ({ page, keyward }) => {
    await page.addInitScript(takeAway)
    const asked: string[] = []
    page.on('request', (request) => asked.push(new URL(request.url()).pathname))
    await page.goto(keyward.url)
    await expect(page.getByRole('alert')).toContainText(text('start.failed-old'))
    expect(asked.filter((path) => path.startsWith('/api/'))).toEqual([])
  })
}

test('a browser so old that no style counts shows that alone', async ({ page, keyward }) => {
  await page.addInitScript(() => void Reflect.deleteProperty(HTMLElement.prototype, 'showPopover'))
  await page.route('**/*.css', (route) => route.fulfill({ contentType: 'text/css', body: '' }))
  await page.goto(keyward.url)
  const said = [text('start.failed-title'), text('start.failed-old'), text('common.reload')]
  await expect(page.locator('body')).toHaveText(said.join(' '), { useInnerText: true })
})

test('WebAssembly that doesn\'t load can be tried again', async ({ page, keyward, guard }) => {
  guard.expectStatus(401)
  guard.expectNetworkErrors()
  guard.expectMessage(/^TypeError: Failed to fetch/)
  await page.route('**/*.wasm', (route) => route.abort())
  await page.goto(keyward.url)
  await expect(page.getByRole('alert')).toContainText(text('start.failed-load'))

  await page.unroute('**/*.wasm')
  await page.getByRole('button', { name: text('common.reload') }).click()
  await expect(page.getByLabel(text('sign-in.user-name'))).toBeVisible()
})

// Only Chromium reports what moves.
test('the frame is drawn before WebAssembly runs; nothing moves', { tag: '@chromium' }, async ({ page, keyward, alice }) => {
  let release = () => {}
  const held = new Promise<void>((resolve) => (release = resolve))
  await page.route('**/*.wasm', async (route) => {
    await held
    await route.continue()
  })
  await page.context().addCookies([alice.cookieFor(keyward.url)])
  // The browser remembers that someone was signed in.
  await page.addInitScript(() => localStorage.setItem('keyward.admin', '1'))
  await page.goto(`${keyward.url}/o/${alice.organization}/api-key`, { waitUntil: 'commit' })
  await expect(page.locator('body')).toContainText(text('frame.product'))

  await page.evaluate(() => {
    Object.assign(window, { shift: 0 })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) (window as unknown as { shift: number }).shift += (entry as unknown as { value: number }).value
    }).observe({ type: 'layout-shift', buffered: true })
  })
  release()
  await expect(page.getByRole('table').getByRole('cell').first()).toBeVisible()
  const shift = await page.evaluate(() => (window as unknown as { shift: number }).shift)
  // What the field calls good is 0.1; a page of our own can do better.
  expect(shift).toBeLessThan(0.02)
})
