import { type Browser, type Page, test } from '@playwright/test'
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { manyAuditRows, manyOrganizations } from '../harness/many.ts'
import { PortalApi } from '../harness/portalApi.ts'

/** What `cargo xtask bench` says. */
interface Setting {
  /** The gateway with the portal, and the one with the plain tables, on the same data. */
  portal: string
  plain: string
  database: string
  username: string
  password: string
  organizations: number
  auditRows: number
  rounds: number
  /** Where the result goes. */
  result: string
}

/** In milliseconds: from the act to its result on the page, and the longest time between two frames meanwhile. */
interface Times {
  time: number
  frame: number
}

const PAGES = ['portal', 'plain'] as const

test('sort, search and scroll of long tables', async ({ browser }) => {
  const setting = JSON.parse(process.env['BENCH'] ?? '{}') as Setting
  const api = await PortalApi.signIn(setting.portal, { username: setting.username, password: setting.password })
  const sql = manyOrganizations(setting.organizations) + manyAuditRows(setting.auditRows)
  await promisify(execFile)('sqlite3', ['-cmd', '.timeout 10000', setting.database, sql])

  const found: Record<string, Times[]> = {}
  // Interleaved, so that whatever else the machine does falls on both alike.
  for (let round = 0; round < setting.rounds; round++) {
    for (const page of PAGES) {
      const note = (name: string, times: Times) => (found[`${name}, ${page}`] ??= []).push(times)
      await organizations(browser, setting[page], api, setting.organizations, note)
      await auditLog(browser, setting[page], api, setting.auditRows, note)
    }
  }
  const medians = Object.entries(found).map(([name, times]) => [name, { time: median(times.map((it) => it.time)), frame: median(times.map((it) => it.frame)) }])
  await writeFile(setting.result, JSON.stringify(Object.fromEntries(medians)))
})

type Note = (name: string, times: Times) => void

async function organizations(browser: Browser, url: string, api: PortalApi, rows: number, note: Note): Promise<void> {
  const page = await open(browser, url, api, `${url}/organizations`)
  await page.waitForFunction(() => document.querySelector('tbody')?.textContent.includes('Organization 00'))
  const sort = () => press(page, 'Name')
  // The first press may leave the order as it is.
  await sort()
  note('organizations, sort', await timed(page, sort, `Organization 0${rows - 1}`))
  note('organizations, search', await timed(page, () => type(page, 'organization 04242'), 'Organization 04242'))
  await timed(page, () => type(page, ''), `Organization 0${rows - 1}`)
  note('organizations, scroll', await scrolled(page))
  await page.context().close()
}

async function auditLog(browser: Browser, url: string, api: PortalApi, rows: number, note: Note): Promise<void> {
  const page = await open(browser, url, api, `${url}/o/${api.organization}/audit-log`)
  await page.waitForFunction(() => document.querySelector('tbody')?.textContent.includes('resource-'))
  note('audit log, scroll through 2,000', await grown(page, 2000))
  note('audit log, search', await timed(page, () => submit(page, 'resource-4242'), 'resource-4242'))
  await timed(page, () => submit(page, ''), `resource-${rows}`)
  note('audit log, sort', await timed(page, () => press(page, 'Timestamp'), 'Command Line'))
  await page.context().close()
}

async function open(browser: Browser, url: string, api: PortalApi, address: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  await context.addCookies([api.cookieFor(url)])
  const page = await context.newPage()
  await page.goto(address)
  return page
}

/** Presses a heading. */
async function press(page: Page, heading: string): Promise<void> {
  await page.evaluate((heading) => {
    const buttons = [...document.querySelectorAll<HTMLElement>('thead button')]
    buttons.find((button) => button.textContent === heading)?.click()
  }, heading)
}

/** Types into the search. */
async function type(page: Page, text: string): Promise<void> {
  await page.evaluate((text) => {
    const input = document.querySelector<HTMLInputElement>('main form[role=search] input')
    if (!input) throw new Error('no search')
    input.value = text
    input.dispatchEvent(new Event('input', { bubbles: true }))
  }, text)
}

/** Looks for a text in the audit log. */
async function submit(page: Page, text: string): Promise<void> {
  await page.evaluate((text) => {
    const inputs = [...document.querySelectorAll<HTMLInputElement>('main [role=search] input')]
    const input = inputs.findLast((input) => input.offsetParent !== null)
    if (!input) throw new Error('no search')
    input.value = text
    input.dispatchEvent(new Event('input', { bubbles: true }))
    input.dispatchEvent(new Event('change', { bubbles: true }))
    input.form?.requestSubmit()
  }, text)
}

/** Does something, until the first row with a time or a name has this text. */
async function timed(page: Page, act: () => Promise<void>, text: string): Promise<Times> {
  const watched = page.evaluate(
    (text) =>
      new Promise<Times>((resolve) => {
        const state = { began: 0, frame: 0, last: performance.now() }
        const tick = (now: number) => {
          if (state.began) state.frame = Math.max(state.frame, now - state.last)
          state.last = now
          requestAnimationFrame(tick)
        }
        requestAnimationFrame(tick)
        const begin = () => (state.began ||= performance.now())
        for (const name of ['click', 'input']) document.addEventListener(name, begin, { capture: true, once: true })
        const observer = new MutationObserver(() => {
          const rows = [...document.querySelectorAll('tbody tr')].filter((row) => row.children.length > 1)
          if (!state.began || !rows[0]?.textContent.includes(text)) return
          observer.disconnect()
          // The layout is part of it.
          document.body.getBoundingClientRect()
          const time = performance.now() - state.began
          requestAnimationFrame(() => requestAnimationFrame(() => resolve({ time, frame: state.frame })))
        })
        observer.observe(document, { childList: true, subtree: true, characterData: true })
      }),
    text,
  )
  await act()
  return watched
}

/** Scrolls some thousand rows, a screen at each frame: the time of the main thread a frame, and the longest frame. */
async function scrolled(page: Page): Promise<Times> {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('Performance.enable')
  const busy = async () => {
    const { metrics } = await cdp.send('Performance.getMetrics')
    return (metrics.find((it) => it.name === 'TaskDuration')?.value ?? 0) * 1000
  }
  const before = await busy()
  const FRAMES = 200
  const frame = await page.evaluate(async (frames) => {
    const box = document.querySelector('.table-box')
    if (!box) throw new Error('no box')
    const next = () => new Promise<number>((resolve) => requestAnimationFrame(resolve))
    let [longest, last] = [0, await next()]
    for (let frame = 0; frame < frames; frame++) {
      box.scrollTop += box.clientHeight
      const now = await next()
      longest = Math.max(longest, now - last)
      last = now
    }
    return longest
  }, FRAMES)
  return { time: ((await busy()) - before) / FRAMES, frame }
}

/** Scrolls to the end again and again, until so many rows have been loaded. */
async function grown(page: Page, rows: number): Promise<Times> {
  return page.evaluate(async (rows) => {
    const box = document.querySelector<HTMLElement>('.table-box')
    const table = document.querySelector('table')
    if (!box || !table) throw new Error('no table')
    const loaded = () => Number(box.dataset['rows'] ?? table.getAttribute('aria-rowcount'))
    const next = () => new Promise<number>((resolve) => requestAnimationFrame(resolve))
    const began = performance.now()
    let [longest, last] = [0, await next()]
    while (loaded() < rows) {
      box.scrollTop = box.scrollHeight
      const now = await next()
      longest = Math.max(longest, now - last)
      last = now
    }
    return { time: performance.now() - began, frame: longest }
  }, rows)
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const [low = Number.NaN, high = Number.NaN] = [sorted[(sorted.length - 1) >> 1], sorted[middle]]
  return (low + high) / 2
}
