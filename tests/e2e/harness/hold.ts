import type { Page } from '@playwright/test'

/** Answers on a slow network. */
interface Held {
  /** When the first has been given. */
  given: Promise<void>
  /** Lets them arrive, and all that follow. */
  release: () => void
}

/** Holds the answers to requests back. They say what holds when they are given, whatever happens until they arrive. */
export async function hold(page: Page, url: string | RegExp, method = 'GET'): Promise<Held> {
  const [given, released] = [new Signal(), new Signal()]
  await page.route(url, async (route) => {
    if (route.request().method() !== method) return route.fallback()
    const response = await route.fetch()
    given.give()
    await released.came
    await route.fulfill({ response })
  })
  return { given: given.came, release: released.give }
}

/** Something that happens once. */
class Signal {
  give = (): void => {}
  readonly came = new Promise<void>((resolve) => {
    this.give = resolve
  })
}
