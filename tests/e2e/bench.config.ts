import { defineConfig } from '@playwright/test'
import { launchOptions } from './harness/browser.ts'

/** `cargo xtask bench` runs this. */
export default defineConfig({
  testDir: 'bench',
  testMatch: '*.bench.ts',
  outputDir: 'test-results',
  workers: 1,
  timeout: 600_000,
  reporter: 'line',
  use: { launchOptions, locale: 'en-US', timezoneId: 'UTC' },
})
