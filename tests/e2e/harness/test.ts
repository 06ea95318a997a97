import { type BrowserContext, type Page, test as base, expect } from '@playwright/test'
import { setColorScheme } from './browser.ts'
import { Guard } from './guard.ts'
import { Keyward } from './keyward.ts'
import { expectLoaded } from './loaded.ts'
import { PortalApi } from './portalApi.ts'

interface Options {
  /** Whether the installation is set up before the test begins. */
  setUp: boolean
  /** Further flags of `keyward serve`. */
  flags: string[]
}

interface Fixtures {
  /** A gateway of the test's own, running. */
  keyward: Keyward
  /** Fails the test at whatever the browser complains about. */
  guard: Guard
  /** Alice, without a browser. */
  alice: PortalApi
  /** A page on which Alice is signed in and sees the key page. */
  keyPage: Page
}

export const test = base.extend<Options & Fixtures>({
  setUp: [true, { option: true }],
  flags: [[], { option: true }],

  keyward: async ({ setUp, flags }, use) => {
    const keyward = await Keyward.install({ setUp })
    await keyward.start(flags)
    await use(keyward)
    await keyward.remove()
  },

  guard: [
    // It speaks before the gateway ends, which a page that is still open would complain about.
    async ({ context, keyward }, use) => {
      void keyward
      const guard = new Guard()
      guard.watch(context)
      await use(guard)
      await Promise.all([context, ...context.pages()].map(endRoutes))
      expect(guard.verdict(), 'what the browser complained about').toEqual([])
    },
    { auto: true },
  ],

  page: async ({ page, colorScheme }, use) => {
    if (colorScheme === 'dark') await setColorScheme(page, colorScheme)
    await use(page)
    await endRoutes(page)
  },

  alice: async ({ keyward }, use) => {
    await use(await PortalApi.signIn(keyward.address))
  },

  keyPage: async ({ page, keyward, alice }, use) => {
    await openKeyPage(page, keyward.url, alice)
    await expectLoaded(page)
    await use(page)
  },
})

/** A request that a page still waits for when its test ends says nothing. */
async function endRoutes(of: Page | BrowserContext): Promise<void> {
  if ('isClosed' in of && of.isClosed()) return
  await of.unrouteAll({ behavior: 'ignoreErrors' })
}

/** Opens the key page with the session of `admin`, and waits for nothing: it may load, or show why it doesn't. */
export async function openKeyPage(page: Page, url: string, admin: PortalApi): Promise<void> {
  await page.context().addCookies([admin.cookieFor(url)])
  await page.goto(`${url}/o/${admin.organization}/api-key`)
}

export { expect }
