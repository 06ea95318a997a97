import { existsSync } from 'node:fs'
import path from 'node:path'
import type { BrowserContext, Page, PlaywrightWorkerOptions } from '@playwright/test'

/** The wrapper that Debian puts before it would outlive it. */
const WITHOUT_WINDOWS = '/usr/lib/chromium/chromium-headless-shell'

/**
 * Debian's Chromium, silent towards the network: the build without windows, which is the same engine at half the processor time.
 */
export const launchOptions = {
  executablePath: existsSync(WITHOUT_WINDOWS) ? WITHOUT_WINDOWS : program('chromium'),
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
}

/** The whole browser, for what the build without windows doesn't have, such as installing a page. */
export const wholeOptions = { ...launchOptions, executablePath: program('chromium') }

/** Debian's Firefox, which Playwright drives by WebDriver BiDi and keeps from the network by itself. */
export const firefoxOptions = { executablePath: program('firefox-esr') }

type Launch = NonNullable<PlaywrightWorkerOptions['launchOptions']>
type WithLaunch = [(fixtures: { launchOptions: Launch }, use: (options: Launch) => Promise<void>) => Promise<void>, { scope: 'worker' }]

/** For settings of the system that Playwright doesn't pass on to Firefox: preferences of Firefox that say the same. */
export function withPreferences(firefoxUserPrefs: Record<string, number>): WithLaunch {
  return [async ({ launchOptions }, use) => use({ ...launchOptions, firefoxUserPrefs }), { scope: 'worker' }]
}

/** Whether it isn't Firefox. */
export function isChromium(context: BrowserContext): boolean {
  return context.browser()?.browserType().name() === 'chromium'
}

/** Lets pages copy. In Firefox a click is enough, and there is no such permission. */
export async function allowCopying(context: BrowserContext): Promise<void> {
  if (isChromium(context)) await context.grantPermissions(['clipboard-write'])
}

/** The system's color scheme. Playwright doesn't pass it on to Firefox: there it's the theme that an admin chooses, in the same colors. */
export async function setColorScheme(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  if (isChromium(page.context())) return page.emulateMedia({ colorScheme })
  const choose = (theme: string) => {
    // A script for every page runs on an empty one first, which has no storage.
    if (origin === 'null') return
    localStorage.setItem('keyward.theme', theme)
    document.documentElement?.setAttribute('data-theme', theme)
  }
  await (page.url() === 'about:blank' ? page.addInitScript(choose, colorScheme) : page.evaluate(choose, colorScheme))
}

function program(name: string): string {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter)
  const files = folders.map((folder) => path.join(folder, name))
  return files.find((file) => existsSync(file)) ?? path.join('/usr/bin', name)
}
