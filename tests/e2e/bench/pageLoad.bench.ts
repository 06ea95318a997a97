import { type Browser, type Page, test } from '@playwright/test'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { signInBody } from '../harness/cloudApi.ts'
import { PortalApi } from '../harness/portalApi.ts'

/** What `cargo xtask bench` says. */
interface Setting {
  /** The gateway with the portal, and the one with the plain page, on the same data. */
  portal: string
  plain: string
  /** The gateway again, which lets pages of the host frame the portal. */
  framed: string
  host: string
  username: string
  password: string
  rounds: number
  /** Emulated network: bits a second, milliseconds. */
  network: { down: number; up: number; latency: number }
  /** Where the result goes. */
  result: string
}

const PAGES = ['portal', 'plain', 'element', 'own script'] as const

test('time from navigation to the key row', async ({ browser }) => {
  const setting = JSON.parse(process.env['BENCH'] ?? '{}') as Setting
  const admin = { username: setting.username, password: setting.password }
  const api = await PortalApi.signIn(setting.portal, admin)
  const rowText = (await api.key()).lastModifiedBy.name

  const script = await (await fetch(`${setting.framed}/embed.js`)).text()
  const linked = `<script type="module" src="${setting.framed}/embed.js"></script>`
  const host = createServer((request, response) => {
    response.setHeader('content-type', 'text/html')
    response.end(hostPage(request.url === '/own' ? `<script>${script}</script>` : linked, setting.framed, api.organization))
  }).listen(Number(new URL(setting.host).port), '127.0.0.1')
  const bare = (url: string) => ({ cookieFor: url, address: `${url}/o/${api.organization}/api-key` })
  const targets = {
    portal: bare(setting.portal),
    plain: bare(setting.plain),
    element: { cookieFor: setting.framed, address: setting.host },
    'own script': { cookieFor: setting.framed, address: `${setting.host}/own` },
  }
  const times: Record<string, number[]> = {}
  // Interleaved, so that whatever else the machine does falls on both alike.
  for (let round = 0; round < setting.rounds; round++) {
    for (const network of [undefined, setting.network]) {
      for (const page of PAGES) {
        const { cold, warm } = await measure(browser, targets[page], api, rowText, network)
        const name = `${page}, ${network ? '4G' : 'unthrottled'}`
        ;(times[`${name}, cold`] ??= []).push(cold)
        ;(times[`${name}, warm`] ??= []).push(warm)
      }
    }
  }
  host.closeAllConnections()
  host.close()
  const medians = Object.fromEntries(Object.entries(times).map(([name, values]) => [name, median(values)]))
  // For the load tests, which sign in with the same session and key.
  const { name, value } = api.cookieFor(setting.portal)
  const apiKeyPath = `/api/portal/orgs/${api.organization}/api-key`
  const signIn = signInBody(await api.reveal(), admin)
  await writeFile(setting.result, JSON.stringify({ medians, cookie: `${name}=${value}`, apiKeyPath, signIn }))
})

/** As `docs/embed.md` shows it, with `embed.js` linked or in the page's own script. */
function hostPage(script: string, portal: string, organization: number): string {
  return `<!doctype html><title>Host</title>${script}
    <keyward-portal base="${portal}/" organization="${organization}" page="api-key"></keyward-portal>`
}

interface Target {
  /** Where the session is valid. */
  cookieFor: string
  address: string
}

async function measure(browser: Browser, target: Target, api: PortalApi, rowText: string, network?: Setting['network']) {
  // A new context has an empty cache.
  const context = await browser.newContext()
  await context.addCookies([api.cookieFor(target.cookieFor)])
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
  const cold = await load(page, target.address)
  // Back to nothing, so that the second time is a navigation and no reload, which would ask for each file again.
  await page.goto('about:blank')
  const warm = await load(page, target.address)
  await context.close()
  return { cold, warm }
}

async function load(page: Page, address: string): Promise<number> {
  await page.goto(address, { waitUntil: 'commit' })
  const noted = async (): Promise<number> => {
    for (;;) {
      for (const frame of page.frames()) {
        const rowAt = await frame.evaluate(() => (window as { rowAt?: number }).rowAt).catch(() => undefined)
        if (rowAt !== undefined) return rowAt
      }
      // It is noted in the page; how often this looks doesn't count.
      await page.waitForTimeout(20)
    }
  }
  const rowAt = await noted()
  return rowAt - (await page.evaluate(() => performance.timeOrigin))
}

/** Runs in the page and its frames: notes when the row is drawn, in milliseconds of the clock that all of them share. */
function noteRow(text: string): void {
  const isThere = () => [...document.querySelectorAll('tbody tr')].some((row) => row.textContent.includes(text))
  const observer = new MutationObserver(() => {
    if (!isThere()) return
    observer.disconnect()
    requestAnimationFrame(() => ((window as { rowAt?: number }).rowAt = performance.timeOrigin + performance.now()))
  })
  observer.observe(document, { childList: true, subtree: true, characterData: true })
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const [low = Number.NaN, high = Number.NaN] = [sorted[(sorted.length - 1) >> 1], sorted[middle]]
  return (low + high) / 2
}
