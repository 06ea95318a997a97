import { type Browser, type Page, test } from '@playwright/test'
import { writeFile } from 'node:fs/promises'
import { signInBody } from '../harness/cloudApi.ts'
import { PortalApi } from '../harness/portalApi.ts'

/** What `cargo xtask bench` says. */
interface Setting {
  /** The gateway with the portal, and the one with the plain page, on the same data. */
  portal: string
  plain: string
  username: string
  password: string
  rounds: number
  /** Emulated network: bits a second, milliseconds. */
  network: { down: number; up: number; latency: number }
  /** Where the result goes. */
  result: string
}

const PAGES = ['portal', 'plain'] as const

test('time from navigation to the key row', async ({ browser }) => {
  const setting = JSON.parse(process.env['BENCH'] ?? '{}') as Setting
  const admin = { username: setting.username, password: setting.password }
  const api = await PortalApi.signIn(setting.portal, admin)
  const rowText = (await api.key()).lastModifiedBy.name

  const times: Record<string, number[]> = {}
  // Interleaved, so that whatever else the machine does falls on both alike.
  for (let round = 0; round < setting.rounds; round++) {
    for (const network of [undefined, setting.network]) {
      for (const page of PAGES) {
        const { cold, warm } = await measure(browser, setting[page], api, rowText, network)
        const name = `${page}, ${network ? '4G' : 'unthrottled'}`
        ;(times[`${name}, cold`] ??= []).push(cold)
        ;(times[`${name}, warm`] ??= []).push(warm)
      }
    }
  }
  const medians = Object.fromEntries(Object.entries(times).map(([name, values]) => [name, median(values)]))
  // For the load tests, which sign in with the same session and key.
  const { name, value } = api.cookieFor(setting.portal)
  const apiKeyPath = `/api/portal/orgs/${api.organization}/api-key`
  const signIn = signInBody(await api.reveal(), admin)
  await writeFile(setting.result, JSON.stringify({ medians, cookie: `${name}=${value}`, apiKeyPath, signIn }))
})

async function measure(browser: Browser, url: string, api: PortalApi, rowText: string, network?: Setting['network']) {
  // A new context has an empty cache.
  const context = await browser.newContext()
  await context.addCookies([api.cookieFor(url)])
  await context.addInitScript(noteRow, rowText)
  const page = await context.newPage()
  if (network) {
    const cdp = await context.newCDPSession(page)
    await cdp.send('Network.enable')
    await cdp.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: network.latency,
      downloadThroughput: network.down / 8,
      uploadThroughput: network.up / 8,
    })
  }
  const address = `${url}/o/${api.organization}/api-key`
  const cold = await load(page, address)
  // Back to nothing, so that the second time is a navigation and no reload, which would ask for each file again.
  await page.goto('about:blank')
  const warm = await load(page, address)
  await context.close()
  return { cold, warm }
}

async function load(page: Page, address: string): Promise<number> {
  await page.goto(address, { waitUntil: 'commit' })
  const handle = await page.waitForFunction(() => (window as { rowAt?: number }).rowAt)
  return (await handle.jsonValue()) ?? Number.NaN
}

/** Runs in the page: notes the frame in which the row is drawn, in milliseconds since the navigation began. */
function noteRow(text: string): void {
  const isThere = () => [...document.querySelectorAll('tbody tr')].some((row) => row.textContent.includes(text))
  const observer = new MutationObserver(() => {
    if (!isThere()) return
    observer.disconnect()
    requestAnimationFrame(() => ((window as { rowAt?: number }).rowAt = performance.now()))
  })
  observer.observe(document, { childList: true, subtree: true, characterData: true })
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const [low = Number.NaN, high = Number.NaN] = [sorted[(sorted.length - 1) >> 1], sorted[middle]]
  return (low + high) / 2
}
