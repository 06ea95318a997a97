import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import type { Page } from '@playwright/test'
import { isChromium } from './browser.ts'

/** What is on paper, and on how many sheets of A4. */
export async function printed(page: Page, { landscape = true } = {}): Promise<{ words: string; sheets: number }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'keyward-print-'))
  try {
    const file = path.join(folder, 'page.pdf')
    // Playwright gives Firefox inches, which takes them for centimeters.
    const unit = isChromium(page.context()) ? 1 : 2.54
    await page.pdf({ path: file, width: `${210 * unit}mm`, height: `${297 * unit}mm`, landscape })
    const { stdout } = await promisify(execFile)('pdftotext', ['-layout', file, '-'])
    // It ends each sheet with a form feed.
    return { words: stdout, sheets: stdout.split('\f').length - 1 }
  } finally {
    await rm(folder, { recursive: true })
  }
}
