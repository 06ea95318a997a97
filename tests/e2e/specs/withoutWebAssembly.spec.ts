import { expect, test } from '../harness/test.ts'

test('a browser without WebAssembly is told what is missing', async ({ page, keyward }) => {
  await page.addInitScript(() => {
    Reflect.deleteProperty(globalThis, 'WebAssembly')
  })
  await page.goto(keyward.url)
  await expect(page.getByText(/WebAssembly/).first()).toBeVisible()
})

test('WebAssembly that does not arrive is told of, with a way to try again', async ({ page, keyward, guard }) => {
  guard.expectNetworkErrors()
  await page.route('**/*.wasm', (route) => route.abort())
  await page.goto(keyward.url)
  const again = page.getByRole('button', { name: /try again|reload/i }).or(page.getByRole('link', { name: /try again|reload/i }))
  await expect(again.first()).toBeVisible()
})

test('the frame is drawn before WebAssembly runs, and nothing moves when it does', async ({ page, keyward, alice }) => {
  let release = () => {}
  const held = new Promise<void>((resolve) => (release = resolve))
  await page.route('**/*.wasm', async (route) => {
    await held
    await route.continue()
  })
  await page.context().addCookies([alice.cookieFor(keyward.url)])
  // The browser remembers that someone was signed in.
  await page.addInitScript(() => localStorage.setItem('keyward.signed-in', '1'))
  await page.goto(`${keyward.url}/o/${alice.organization}/api-key`, { waitUntil: 'commit' })
  await expect(page.locator('body')).toContainText('Keyward')

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
