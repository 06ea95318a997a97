import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import type { Locator, Page } from '@playwright/test'
import { expectLoaded } from './loaded.ts'
import type { PortalApi } from './portalApi.ts'
import { text } from './text.ts'

/** A snippet as a person finds it: what to save it as, and what runs it. */
export interface Snippet {
  file: string
  command: string
  code: string
}

/** What a person finds on the page *Getting started*. */
export class GettingStartedPage {
  readonly key: Locator
  readonly failures: Locator
  readonly tokens: Locator
  readonly sandbox: Locator
  readonly tryIt: Locator
  readonly dialog: Locator

  constructor(readonly page: Page) {
    const part = (name: string) => page.getByRole('region', { name, exact: true })
    this.key = part(text('getting-started.key-title'))
    this.failures = part(text('frame.recent-failures'))
    this.tokens = part(text('getting-started.tokens-title'))
    this.sandbox = part(text('getting-started.sandbox-title'))
    this.tryIt = page.getByRole('button', { name: text('getting-started.try-it') })
    this.dialog = page.getByRole('dialog')
  }

  /** Opens the page with the session of `admin`. */
  static async open(page: Page, url: string, admin: PortalApi): Promise<GettingStartedPage> {
    await page.context().addCookies([admin.cookieFor(url)])
    await page.goto(`${url}/o/${admin.organization}/getting-started`)
    await expectLoaded(page)
    return new GettingStartedPage(page)
  }

  /** The snippet of a part in a language. */
  async snippet(part: Locator, language: string): Promise<Snippet> {
    await part.getByRole('tab', { name: language, exact: true }).click()
    const panel = part.getByRole('tabpanel', { name: language, exact: true })
    const [file = '', command = ''] = await panel.locator('.code-head code').allTextContents()
    return { file, command, code: (await panel.locator('pre').textContent()) ?? '' }
  }
}

/** Saves a snippet and runs it as the page says, in a new folder. Answers what it prints, and fails where it does. */
export async function run(snippet: Snippet, variables: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'keyward-snippet-'))
  try {
    await writeFile(path.join(folder, snippet.file), snippet.code)
    await writeFile(path.join(folder, 'sample.bin'), Buffer.from([0, 10, 13, 255]))
    const env = { ...process.env, ...variables }
    const { stdout } = await promisify(execFile)('bash', ['-c', snippet.command], { cwd: folder, env })
    return stdout
  } finally {
    await rm(folder, { recursive: true })
  }
}
