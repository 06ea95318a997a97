import type { BrowserContext, ConsoleMessage, Page } from '@playwright/test'

/** Everything that a page complains about, except what the test provokes. */
export class Guard {
  private readonly complaints: string[] = []
  private readonly expectedStatuses = new Set<number>()
  private readonly expectedMessages: RegExp[] = []
  private networkMayFail = false

  watch(context: BrowserContext): void {
    context.on('console', (message) => this.hear(message))
    context.on('weberror', (error) => this.hearUncaught(error.error()))
    context.on('page', (page) => this.watchCrash(page))
  }

  /** The browser logs each answer of 400 and above. These are what the test is about. */
  expectStatus(...statuses: number[]): void {
    for (const status of statuses) this.expectedStatuses.add(status)
  }

  /** The page itself reports what the test breaks. */
  expectMessage(message: RegExp): void {
    this.expectedMessages.push(message)
  }

  /** The test takes the network away. */
  expectNetworkErrors(): void {
    this.networkMayFail = true
  }

  /** What was said and not expected. */
  verdict(): string[] {
    return this.complaints
  }

  private watchCrash(page: Page): void {
    page.on('crash', () => this.complaints.push('the page crashed'))
  }

  private hearUncaught({ message, stack }: Error): void {
    // Firefox counts a script that it blocks among these.
    if (!this.expectedMessages.some((expected) => expected.test(message))) this.complaints.push(`uncaught: ${stack ?? message}`)
  }

  private hear(message: ConsoleMessage): void {
    // The browser reports breaches of the Content-Security-Policy as errors too.
    if (message.type() !== 'error') return
    const [, status] = /^Failed to load resource: the server responded with a status of (\d+)/.exec(message.text()) ?? []
    if (status !== undefined && this.expectedStatuses.has(Number(status))) return
    if (this.expectedMessages.some((expected) => expected.test(message.text()))) return
    // Firefox passes on that a page logged an error, but not what the error says.
    if (/^(Error|\{\})$/.test(message.text()) && this.expectedMessages.length > 0) return
    // A page that is left while a program loads logs that it ended, in Firefox. What fails otherwise shows on the page.
    if (message.text() === 'Error' && /\/boot-\w+\.js$/.test(message.location().url)) return
    if (this.networkMayFail && /^Failed to load resource: net::ERR_/.test(message.text())) return
    this.complaints.push(`console: ${message.text()} (${message.location().url})`)
  }
}
