import { chromium } from '@playwright/test'
import { wholeOptions } from '../harness/browser.ts'
import { expect, openKeyPage, test } from '../harness/test.ts'

for (const base of ['/', '/tools/keys/']) {
  // It starts Chromium by itself: Firefox installs pages nowhere but on Windows, and in its own way.
  test(`the portal can be installed below ${base}`, { tag: '@chromium' }, async ({ keyward }, testInfo) => {
    await keyward.stop()
    await keyward.start(['--public-url', `${keyward.address}${base}`])
    // What is private can't be installed, and pages of a test are.
    const context = await chromium.launchPersistentContext(testInfo.outputPath('profile'), wholeOptions)
    const page = await context.newPage()
    await page.goto(`${keyward.url}/sign-in`)
    const browser = await context.newCDPSession(page)
    const { url, data, errors } = await browser.send('Page.getAppManifest')
    expect(errors).toEqual([])
    expect(url).toBe(`${keyward.url}/manifest.webmanifest`)
    expect((await browser.send('Page.getInstallabilityErrors')).installabilityErrors).toEqual([])
    // Without an identifier of its own an application is known by where it starts: two installations on one host are two.
    expect((await browser.send('Page.getAppId')).appId).toBe(`${keyward.url}/`)
    const { icons } = JSON.parse(data ?? '{}') as { icons: { src: string; sizes: string; type: string }[] }
    for (const { src, sizes, type } of icons) {
      const answer = await fetch(new URL(src, url))
      expect(answer.headers.get('content-type')).toBe(type)
      const picture = new DataView(await answer.arrayBuffer())
      // Where a PNG has its width and height.
      expect(`${picture.getUint32(16)}x${picture.getUint32(20)}`).toBe(sizes)
    }
    await context.close()
  })
}

test('no service worker keeps an old build', async ({ page, keyward, alice }) => {
  await openKeyPage(page, keyward.url, alice)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  // The portal never asks for one, and the context would know of any.
  expect(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0)
  expect(page.context().serviceWorkers()).toEqual([])
})
