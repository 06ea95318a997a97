import { expect, test } from '../harness/test.ts'
import { text } from '../harness/text.ts'

test('a browser without WebAssembly is told what is missing', async ({ page, keyward, guard }) => {
  guard.expectStatus(401)
  await page.addInitScript(() => {
    Reflect.deleteProperty(globalThis, 'WebAssembly')
  })
  await page.goto(keyward.url)
  await expect(page.getByRole('alert')).toContainText(text('start.failed-old'))
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

test('the frame is drawn before WebAssembly runs; nothing moves', async ({ page, keyward, alice }) => {
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
