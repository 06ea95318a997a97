import { defineConfig } from '@playwright/test'
import { firefoxOptions, launchOptions } from './harness/browser.ts'

/** They start their browsers by themselves. */
const WEBKIT = 'webkit.spec.ts'
const SCREEN_READER = 'screenReader.spec.ts'

/** Only Firefox can still be without the feature. */
const FIREFOX_ONLY = 'withoutAnchors.spec.ts'

/**
 * Firefox runs what browsers do each in their own way: pages and their two programs, the history, focus and keys, dialogs, menus and
 * tables, secrets and the clipboard, sign-in and sessions in several tabs, frames of other sites, zoom, paper and settings of the
 * system. The other tests are about what the gateway says and the portal shows, in the same elements in any engine: one engine is
 * enough for them, and CI has little time.
 */
const IN_FIREFOX = [
  ...['addresses', 'change', 'dialogs', 'embeddedAccessibility', 'embedding', 'forcedColors', 'interruption', 'keyboard', 'narrow'],
  ...['pages', 'print', 'programs', 'reducedMotion', 'sandboxTokens', 'secret', 'sessionLife', 'signIn', 'tables', 'translated'],
  ...['withoutWebAssembly', 'workplace', 'zoom'],
].map((name) => `${name}.spec.ts`)

/** What Firefox doesn't have or Playwright can't ask of it; and axe, which sees the same elements. */
const NOT_IN_FIREFOX = /@chromium|accessible|in (light|dark)/

const everything = process.env['E2E_FIREFOX'] === 'all'

export default defineConfig({
  testDir: 'specs',
  outputDir: 'test-results',
  fullyParallel: true,
  forbidOnly: Boolean(process.env['CI']),
  // A test that passes at the second try has found something.
  retries: 0,
  workers: 2,
  // Where CI runs, others work, too: no test is about time.
  timeout: 60_000,
  expect: { timeout: 20_000 },
  reporter: [['list', { printSteps: false }]],
  use: {
    locale: 'en-US',
    timezoneId: 'UTC',
    viewport: { width: 1280, height: 800 },
    // It takes a quarter of the processor time, and nothing is kept where CI runs.
    trace: process.env['CI'] ? 'off' : 'retain-on-failure',
  },
  projects: [
    { name: 'chromium', use: { browserName: 'chromium', launchOptions }, testIgnore: [WEBKIT, FIREFOX_ONLY] },
    {
      name: 'firefox',
      use: {
        browserName: 'firefox',
        channel: 'moz-firefox',
        // WebDriver's clicks and keys don't reach the frame of another site that has a process of its own.
        launchOptions: { ...firefoxOptions, firefoxUserPrefs: { 'fission.autostart': false } },
      },
      testMatch: everything ? '*.spec.ts' : [FIREFOX_ONLY, ...IN_FIREFOX],
      testIgnore: [WEBKIT, SCREEN_READER],
      grepInvert: everything ? /@chromium/ : NOT_IN_FIREFOX,
      // Here axe takes some seconds for each look.
      timeout: everything ? 120_000 : 60_000,
    },
    { name: 'webkit', testMatch: WEBKIT },
  ],
})
