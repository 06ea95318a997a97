import type { FrameLocator, Page } from '@playwright/test'
import type { KeywardPortalElement } from '../../../src/embed.d.ts'
import { Intranet, serveFramed } from './intranet.ts'
import type { Keyward } from './keyward.ts'
import { SignInForm } from './signInForm.ts'
import { expect, test as base } from './test.ts'

interface Fixtures {
  /** A site of another registrable domain than the portal's, which lists it. */
  intranet: Intranet
  /** The same, not listed. */
  stranger: Intranet
  organization: number
  /** What browsers complain about in every frame. A hook would be one of the first file that has it. */
  complaints: undefined
}

export const test = base.extend<Fixtures>({
  ignoreHTTPSErrors: true,
  complaints: [
    async ({ guard, intranet }, use) => {
      void intranet
      // An admin who isn't signed in is told so, once, and one whose last sign-in is long ago.
      guard.expectStatus(401, 403)
      // The browser leaves the focus where it is as long as no one has clicked into the frame.
      guard.expectMessage(/^Blocked autofocusing/)
      await use(undefined)
    },
    { auto: true },
  ],
  intranet: async ({ keyward }, use) => {
    const intranet = new Intranet()
    await intranet.start()
    await serveFramed(keyward, [intranet.origin])
    await use(intranet)
    intranet.stop()
  },
  stranger: async ({}, use) => {
    const stranger = new Intranet()
    await stranger.start('localhost')
    await use(stranger)
    stranger.stop()
  },
  organization: async ({ keyward }, use) => {
    await use(Number(await keyward.sql('SELECT id FROM organizations')))
  },
})

export interface Told {
  type: string
  [name: string]: unknown
}

/** A page with the element that stores what it hears: by its events, and all that reaches the window. */
export function withElement(keyward: Keyward, attributes: string): string {
  return `<!doctype html><title>Intranet</title>
    <style>keyward-portal { --keyward-accent: #ffe000; --keyward-radius: 2px; --keyward-font: Georgia, serif }</style>
    <script>
      window.told = []
      window.heard = []
      addEventListener('message', ({ data, origin }) => heard.push(JSON.stringify([data, origin])))
      for (const type of ['ready', 'height', 'navigated', 'key-changed', 'session-ended', 'error'])
        addEventListener('keyward-' + type, ({ detail }) => told.push({ type, ...detail }))
    </script>
    <script type="module" src="${keyward.url}/embed.js"></script>
    <h1>Keys</h1>
    <keyward-portal base="${keyward.url}" ${attributes}></keyward-portal>`
}

export function inside(page: Page): FrameLocator {
  return page.locator('keyward-portal').last().locator('iframe').contentFrame()
}

/** What was told of this kind last. */
export async function last(page: Page, type: string): Promise<Told | undefined> {
  return page.evaluate((type) => (window as unknown as { told: Told[] }).told.findLast((it) => it.type === type), type)
}

export async function call(page: Page, what: (element: KeywardPortalElement) => void): Promise<void> {
  await page.locator('keyward-portal').last().evaluate(what)
}

/** Signs in within the frame, on the way to the key page. */
export async function signIn(frame: FrameLocator): Promise<void> {
  const form = new SignInForm(frame.locator('body'))
  await form.signIn()
  await expect(frame.locator('tbody tr')).toHaveCount(1)
}

export { expect }
