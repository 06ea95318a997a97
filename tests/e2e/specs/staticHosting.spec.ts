import { cp, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Page, Route } from '@playwright/test'
import { freePort } from '../harness/freePort.ts'
import { KeyPage } from '../harness/keyPage.ts'
import { Keyward, exportPortal } from '../harness/keyward.ts'
import { Nginx } from '../harness/nginx.ts'
import { PortalApi } from '../harness/portalApi.ts'
import { SignInForm } from '../harness/signInForm.ts'
import { expect, test } from '../harness/test.ts'
import { text } from '../harness/text.ts'

const BASE = '/tools/keys/'
const WHOLE = /keyward-portal-whole/

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name })
const rail = (page: Page, name: string) => page.getByRole('navigation', { name: text('frame.main') }).getByRole('link', { name })
const alert = (page: Page) => page.getByRole('alert')

/** A gateway, and nginx that serves the exported portal. */
class Host {
  private readonly nginx = new Nginx()

  private constructor(
    readonly gateway: Keyward,
    /** Where the gateway says that it is. */
    readonly publicUrl: string,
    /** Where the portal is, with a slash at its end. */
    readonly url: string,
    readonly folder: string,
    private readonly flags: string[],
  ) {}

  static async start(apiBase = BASE): Promise<Host> {
    const port = await freePort()
    const origin = `http://127.0.0.1:${port}`
    const gateway = await Keyward.install()
    await gateway.reservePort()
    const publicUrl = `${origin}${apiBase}`
    await gateway.start(['--public-url', publicUrl, '--trusted-proxies', '127.0.0.1'])
    const flags = ['--base-path', BASE, '--api-base', apiBase, '--gateway', gateway.address]
    const host = new Host(gateway, publicUrl, origin + BASE, await mkdtemp(path.join(tmpdir(), 'keyward-export-')), flags)
    await host.export()
    await host.nginx.serve(port, path.join(host.folder, 'hosts/nginx.conf'))
    return host
  }

  async export(more: string[] = []): Promise<void> {
    await exportPortal(this.folder, [...this.flags, ...more])
  }

  async stop(): Promise<void> {
    await this.nginx.stop()
    await this.gateway.remove()
    await rm(this.folder, { recursive: true })
  }
}

/** The same portal as a next build leaves it: its programs have other names. */
async function nextBuild(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'keyward-build-'))
  await exportPortal(path.join(folder, 'export'), [])
  const portal = path.join(folder, 'portal')
  await cp(path.join(folder, 'export/site'), portal, { recursive: true })
  const other = (name: string) => name.replace(/^(keyward-portal.*-)([0-9a-f]{16})/, (_, stem: string, hash: string) => stem + [...hash].reverse().join(''))
  for (const name of await readdir(portal)) {
    // What the export has made, and the compressed forms of what changes.
    if (/^(404\.|_)|\.html\.(br|gz)$/.test(name)) await rm(path.join(portal, name))
  }
  const names = await readdir(portal)
  for (const name of names) await rename(path.join(portal, name), path.join(portal, other(name)))
  for (const page of ['index.html', 'more.html']) {
    const renamed = names.reduce((all, name) => all.replaceAll(name, other(name)), await readFile(path.join(portal, page), 'utf8'))
    await writeFile(path.join(portal, page), renamed.replace(/data-build="(\d+)-[0-9a-f]+"/, 'data-build="$1-00000000"'))
  }
  return portal
}

for (const apiBase of [BASE, '/keyward/']) {
  test(`an exported portal works with its API below ${apiBase}`, async ({ page, guard }) => {
    guard.expectStatus(401)
    const host = await Host.start(apiBase)
    const alice = await PortalApi.signIn(host.publicUrl.replace(/\/$/, ''))
    await page.goto(`${host.url}o/${alice.organization}/api-key`)
    await new SignInForm(page).signIn()
    const keyPage = new KeyPage(page)
    await keyPage.doRegenerate()
    expect(await keyPage.shownKey()).toBe(await alice.reveal())
    for (const [address, title] of [
      [`o/${alice.organization}/api-key`, 'api-key.title'],
      [`o/${alice.organization}/sandbox-tokens`, 'sandbox-tokens.title'],
      [`o/${alice.organization}/audit-log`, 'frame.audit-log'],
      ['account', 'frame.account-page'],
      ['no/such/page', 'frame.not-found'],
    ] as const) {
      await page.goto(host.url + address)
      await expect(heading(page, text(title))).toBeVisible()
      await page.reload()
      await expect(heading(page, text(title))).toBeVisible()
    }
    await page.goto(`${host.url}o/${alice.organization}/audit-log`)
    const csv = await page.getByRole('link', { name: text('audit-log.download') }).evaluate((link: HTMLAnchorElement) => link.href)
    expect((await page.request.get(csv)).headers()['content-type']).toContain('text/csv')
    await page.close()
    await host.stop()
  })
}

test('an open page whose files are gone says: a new version', async ({ page, browser, guard }) => {
  guard.expectStatus(401, 404)
  guard.expectNetworkErrors()
  guard.expectMessage(/status 404|Failed to fetch|disallowed MIME type/)
  const host = await Host.start()
  const alice = await PortalApi.signIn(host.publicUrl.replace(/\/$/, ''))
  const keyAddress = `${host.url}o/${alice.organization}/api-key`
  // In a context of its own, so that neither has what the other fetches.
  const kept = await browser.newPage()
  for (const open of [page, kept]) {
    await open.context().addCookies([alice.cookieFor(host.url)])
    // Nor what it prefetches.
    await open.route(WHOLE, (route) => route.abort())
    await open.goto(keyAddress)
    await expect(new KeyPage(open).row).toHaveCount(1)
  }
  const oldPage = await (await page.request.get(keyAddress)).text()
  const portal = await nextBuild()
  await host.export(['--portal', portal, '--keep-previous'])
  await page.unroute(WHOLE)
  await kept.unroute(WHOLE)

  await test.step('with the files of the build before, it goes on', async () => {
    await rail(kept, text('frame.audit-log')).click()
    await expect(kept.getByRole('table', { name: text('audit-log.caption') })).toBeVisible()
    await kept.close()
  })

  await test.step('without them, it offers the new one', async () => {
    await host.export(['--portal', portal])
    await rail(page, text('roles.title')).click()
    await expect(alert(page)).toContainText(text('start.new-title'))
    await expect(page.locator('#app')).toBeHidden()
    await page.getByRole('button', { name: text('common.reload') }).click()
    await expect(page.getByRole('table', { name: text('roles.title') })).toBeVisible()
  })

  await test.step('so does a page that can no longer start', async () => {
    await page.route(keyAddress, (route) => route.fulfill({ contentType: 'text/html', body: oldPage }))
    await page.goto(keyAddress)
    await expect(alert(page)).toContainText(text('start.new-text'))
    await page.unroute(keyAddress)
    await page.getByRole('button', { name: text('common.reload') }).click()
    await expect(new KeyPage(page).row).toHaveCount(1)
  })
  await page.close()
  await host.stop()
  await rm(path.dirname(portal), { recursive: true })
})

test('the page says what is wrong with its server', async ({ page, keyward, alice, guard }) => {
  guard.expectStatus(404)
  await page.context().addCookies([alice.cookieFor(keyward.url)])
  const address = `${keyward.url}/o/${alice.organization}/api-key`
  const body = await (await page.request.get(`${keyward.url}/`)).text()

  // One route for all: a request soon after another one was taken away can pass by it.
  let answer = (route: Route): Promise<void> => route.continue()
  await page.route('**/api/portal/**', (route) => answer(route))

  await test.step('a host that answers the API with the page', async () => {
    for (const status of [200, 404]) {
      answer = (route) => route.fulfill({ status, contentType: 'text/html', body })
      await page.goto(address)
      await expect(alert(page)).toContainText(text('start.failed-host'))
    }
  })

  const served = async (ahead: number) => {
    answer = async (route) => {
      const response = await route.fetch()
      const headers = response.headers()
      const version = String(Number(headers['x-keyward-api']) + ahead)
      await route.fulfill({ response, headers: { ...headers, 'x-keyward-api': version } })
    }
    await page.goto(address)
  }
  for (const [ahead, key] of [
    [2, 'start.new-title'],
    [-2, 'start.failed-older'],
  ] as const) {
    await test.step(`a gateway ${ahead} minor versions ahead`, async () => {
      await served(ahead)
      await expect(alert(page)).toContainText(text(key))
      await expect(page.locator('#app')).toBeHidden()
    })
  }
  for (const ahead of [1, -1]) {
    await test.step(`a gateway ${ahead} minor version ahead`, async () => {
      await served(ahead)
      await new KeyPage(page).doRegenerate()
      await expect(page.locator('html')).toHaveAttribute('data-served', /^\d+$/)
      await expect(page.locator('#start-failed')).toBeHidden()
    })
  }
})
