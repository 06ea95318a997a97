import { existsSync } from 'node:fs'
import path from 'node:path'

/** Debian's Chromium, silent towards the network. */
export const launchOptions = {
  executablePath: chromium(),
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

function chromium(): string {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter)
  const files = folders.map((folder) => path.join(folder, 'chromium'))
  return files.find((file) => existsSync(file)) ?? '/usr/bin/chromium'
}
