import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect } from '@playwright/test'

const DRIVER = fileURLToPath(new URL('./screenReader.py', import.meta.url))
/** Firefox and Orca start within seconds; on a machine at work it takes longer. */
const LONGEST_WAIT = 60_000

/** An object of the accessibility tree, as AT-SPI has it. */
export interface Accessible {
  role: string
  name: string
  description: string
  states: string[]
}

interface Message {
  said?: string
  focus?: Accessible
  done?: true | Accessible[]
}

/** Firefox under the screen reader Orca, each of its own: what a person who can't see the page hears, and does by the keyboard. */
export class ScreenReader {
  private readonly heard: string[] = []
  private next = 0
  private focus: Accessible | undefined
  private readonly answers: (true | Accessible[])[] = []
  private errors = ''

  private constructor(
    private readonly process: ChildProcess,
    private readonly folder: string,
  ) {
    createInterface({ input: process.stdout! }).on('line', (line) => {
      // Daemons of the session write there, too.
      if (line.startsWith('{')) this.take(JSON.parse(line) as Message)
    })
    process.stderr!.on('data', (chunk: Buffer) => (this.errors += chunk.toString()))
  }

  /** Opens an address. */
  static async open(url: string): Promise<ScreenReader> {
    const folder = await mkdtemp(path.join(tmpdir(), 'keyward-reader-'))
    const screen = ['--auto-servernum', '--server-args=-screen 0 1280x900x24']
    const driver = ['/usr/bin/python3', DRIVER, url, folder]
    const child = spawn('dbus-run-session', ['--', 'xvfb-run', ...screen, ...driver], { stdio: ['pipe', 'pipe', 'pipe'] })
    return new ScreenReader(child, folder)
  }

  async close(): Promise<void> {
    const closed = once(this.process, 'close')
    this.process.stdin!.end()
    await closed
    await rm(this.folder, { recursive: true, force: true })
  }

  /** Presses a key, by its X11 name. */
  async press(key: string): Promise<void> {
    await this.ask({ press: key })
  }

  async type(text: string): Promise<void> {
    await this.ask({ type: text })
  }

  /** Goes on by Tab until the focus is on an object with this role and name. Answers it. */
  async tabTo(role: string, name: string): Promise<Accessible> {
    const isThere = () => this.focus?.role === role && this.focus.name === name
    for (let step = 0; step < 40 && !isThere(); step++) {
      const before = this.focus
      await this.press('Tab')
      await this.until(() => this.focus !== before, 'Tab moves the focus')
    }
    return this.expectFocus(role, name)
  }

  /** Waits until the focus is on such an object. Answers it. */
  async expectFocus(role: string, name: string): Promise<Accessible> {
    await this.until(() => this.focus?.role === role && this.focus.name === name, `the focus is on the ${role} ${name}`)
    return this.focus!
  }

  /** Waits until the focus has left what has this name. */
  async expectNoFocus(name: string): Promise<void> {
    await this.until(() => this.focus?.name !== name, `the focus leaves ${name}`)
  }

  /**
   * Waits until Orca has said all of this, in any order, after whatever it was waited for before. It misses what happens while it
   * is busy: then the person does it again.
   */
  async expectSaid(words: string[], again: () => Promise<void>): Promise<void> {
    const place = (word: string) => this.heard.findIndex((said, index) => index >= this.next && said.includes(word))
    const isSaid = () => words.every((word) => place(word) >= 0)
    for (let round = 0; round < 3; round++) {
      if (await this.until(isSaid, '', LONGEST_WAIT / 4).then(() => true, () => false)) break
      await again()
    }
    await this.until(isSaid, `Orca says ${words.join(', ')}`)
    this.next = Math.max(...words.map(place)) + 1
  }

  /** Everything Orca has said so far. */
  everything(): string {
    return this.heard.join('\n')
  }

  /** Waits until the page has an object with this role and name. Answers it. */
  async find(role: string, name: string): Promise<Accessible> {
    let found: Accessible | undefined
    const look = async () => {
      const tree = (await this.ask({ tree: true })) as Accessible[]
      found = tree.find((it) => it.role === role && it.name === name)
      return found !== undefined
    }
    await this.until(look, `the page has a ${role} ${name}`)
    return found!
  }

  private async ask(command: object): Promise<true | Accessible[]> {
    this.process.stdin!.write(`${JSON.stringify(command)}\n`)
    await this.until(() => this.answers.length > 0, 'the command is done')
    return this.answers.shift()!
  }

  private async until(isDone: () => boolean | Promise<boolean>, what: string, timeout = LONGEST_WAIT): Promise<void> {
    const options = { timeout, intervals: [50] }
    await expect.poll(isDone, options).toBe(true).catch(() => Promise.reject(new Error(`not yet: ${what}; ${this.told()}`)))
  }

  private take({ said, focus, done }: Message): void {
    if (said !== undefined) this.heard.push(said)
    if (focus !== undefined) this.focus = focus
    if (done !== undefined) this.answers.push(done)
  }

  private told(): string {
    return `said: ${this.heard.slice(-12).join(' | ')}; focus: ${JSON.stringify(this.focus)}; ${this.errors.slice(-500)}`
  }
}
