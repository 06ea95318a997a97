import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { test as base, expect } from '@playwright/test'
import { freePort } from './freePort.ts'
import { Keyward } from './keyward.ts'

/** How WebDriver names the keys that have no character. */
export const KEYS = { tab: '\uE004', enter: '\uE007', escape: '\uE00C', down: '\uE015' }

/** An element, as WebDriver writes it. */
type Reference = Record<'element-6066-11e4-a52e-4f735466cecf', string>

/**
 * A browser on Debian's WebKitGTK, driven by W3C WebDriver: Playwright knows only a WebKit of its own. It shows on a display of
 * its own that no one sees.
 */
export class WebKit {
  private constructor(
    private readonly processes: ChildProcess[],
    private readonly session: string,
  ) {}

  static async launch(): Promise<WebKit> {
    const display = spawn('Xvfb', ['-displayfd', '1', '-screen', '0', '1400x1000x24', '-nolisten', 'tcp'], { stdio: ['ignore', 'pipe', 'ignore'] })
    const [number] = (await once(display.stdout, 'data')) as [Buffer]
    const port = await freePort()
    const env = { ...process.env, DISPLAY: `:${number.toString().trim()}`, LIBGL_ALWAYS_SOFTWARE: '1' }
    const driver = spawn('WebKitWebDriver', [`--port=${port}`], { env, stdio: 'ignore' })
    const url = `http://127.0.0.1:${port}`
    await expect.poll(() => fetch(`${url}/status`).then((answer) => answer.ok, () => false)).toBe(true)
    const options = { binary: miniBrowser(), args: ['--automation'] }
    const { sessionId } = (await ask(`${url}/session`, { capabilities: { alwaysMatch: { 'webkitgtk:browserOptions': options } } })) as { sessionId: string }
    return new WebKit([driver, display], `${url}/session/${sessionId}`)
  }

  async close(): Promise<void> {
    await fetch(this.session, { method: 'DELETE' })
    for (const process of this.processes) {
      const exit = once(process, 'exit')
      process.kill()
      await exit
    }
  }

  async open(url: string): Promise<void> {
    await ask(`${this.session}/url`, { url })
  }

  /** What a function finds on the page. */
  async evaluate<T>(find: () => T): Promise<T> {
    return (await ask(`${this.session}/execute/sync`, { script: `return (${find})()`, args: [] })) as T
  }

  /** The one element that a selector finds, that shows, and that assistive technology calls by this name. It waits for it. */
  async find(selector: string, name: string): Promise<string> {
    let found: string[] = []
    await expect.poll(async () => (found = await this.all(selector, name)).length, { message: `one ${selector} named ${name}` }).toBe(1)
    return found[0] ?? ''
  }

  /** Those that there are now. */
  async all(selector: string, name: string): Promise<string[]> {
    const references = (await ask(`${this.session}/elements`, { using: 'css selector', value: selector })) as Reference[]
    const found: string[] = []
    for (const reference of references) {
      const [id = ''] = Object.values(reference)
      const fits = async () => (await this.of(id, 'displayed')) === true && (await this.of(id, 'computedlabel')) === name
      if (await fits().catch(isGone)) found.push(id)
    }
    return found
  }

  async click(element: string): Promise<void> {
    await ask(`${this.session}/element/${element}/click`, {})
  }

  async fill(element: string, text: string): Promise<void> {
    await ask(`${this.session}/element/${element}/value`, { text })
  }

  /** The text that shows. */
  async text(element: string): Promise<string> {
    return String(await this.of(element, 'text'))
  }

  /** Presses keys, one after the other, wherever the focus is. */
  async press(...keys: string[]): Promise<void> {
    const strokes = keys.flatMap((value) => [{ type: 'keyDown', value }, { type: 'keyUp', value }])
    await ask(`${this.session}/actions`, { actions: [{ type: 'key', id: 'keyboard', actions: strokes }] })
  }

  /** What assistive technology calls the element with the focus; nothing where none has it. */
  async focused(): Promise<string> {
    const reference = (await ask(`${this.session}/element/active`)) as Reference
    return String(await this.of(Object.values(reference)[0] ?? '', 'computedlabel'))
  }

  /** A picture of the window, as PNG. */
  async screenshot(): Promise<Buffer> {
    return Buffer.from(String(await ask(`${this.session}/screenshot`)), 'base64')
  }

  private of(element: string, what: 'displayed' | 'computedlabel' | 'text'): Promise<unknown> {
    return ask(`${this.session}/element/${element}/${what}`)
  }
}

/** Posts a body, or gets what there is without one. */
async function ask(url: string, body?: object): Promise<unknown> {
  const answer = await fetch(url, body ? { method: 'POST', body: JSON.stringify(body) } : {})
  const { value } = (await answer.json()) as { value: unknown }
  if (!answer.ok) throw new Error(`WebDriver: ${JSON.stringify(value)}`)
  return value
}

/** An element that the page has replaced since it was found isn't what is looked for. Other errors are errors. */
function isGone(error: Error): false {
  if (!error.message.includes('stale element reference')) throw error
  return false
}

/** Debian keeps the browser beside the library, in a folder for each architecture. */
function miniBrowser(): string {
  const folders = readdirSync('/usr/lib').map((folder) => path.join('/usr/lib', folder, 'webkit2gtk-4.1'))
  const file = folders.map((folder) => path.join(folder, 'MiniBrowser')).find((it) => existsSync(it))
  if (!file) throw new Error('MiniBrowser is missing; it is in the Debian package libwebkit2gtk-4.1-0')
  return file
}

/** Tests with a gateway and a browser of their own. */
export const test = base.extend<{ keyward: Keyward; webkit: WebKit }>({
  keyward: async ({}, use) => {
    const keyward = await Keyward.install()
    await keyward.start()
    await use(keyward)
    await keyward.remove()
  },

  webkit: async ({}, use) => {
    const webkit = await WebKit.launch()
    await use(webkit)
    await webkit.close()
  },
})

export { expect }
