import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { FrameLocator, Locator, Page } from '@playwright/test'
import type { KeywardPortalElement } from '../../../src/embed.d.ts'
import { type Told, call, expect, inside, last, signIn, test, withElement } from '../harness/embedded.ts'
import { hold } from '../harness/hold.ts'
import { serveFramed } from '../harness/intranet.ts'
import { KeyPage } from '../harness/keyPage.ts'
import { ADMIN, type Keyward } from '../harness/keyward.ts'
import { PSEUDO, PSEUDO_PORTAL } from '../harness/pseudo.ts'
import { SignInForm } from '../harness/signInForm.ts'
import { text } from '../harness/text.ts'

/** Files of the program with every page. */
const WHOLE = /keyward-portal-whole/

/** A file of the project. */
const file = (path: string) => readFile(fileURLToPath(new URL(`../../../${path}`, import.meta.url)), 'utf8')

const rootStyle = (frame: FrameLocator, name: string) =>
  frame.locator('html').evaluate((root, name) => getComputedStyle(root).getPropertyValue(name).trim(), name)

/** The dialog that asks for the password then, filled in. */
async function regenerateWithOldPassword(frame: FrameLocator, keys: KeyPage, keyward: Keyward): Promise<Locator> {
  await keyward.agePasswords()
  await keys.regenerate.click()
  await keys.confirm(text('common.regenerate')).click()
  const ask = frame.getByRole('dialog', { name: text('interrupted.password-title') })
  await ask.getByLabel(text('sign-in.password'), { exact: true }).fill(ADMIN.password)
  return ask
}

test('an admin works in the element on a page of another site', async ({ page, keyward, intranet, organization, guard }) => {
  intranet.pages.set('/', withElement(keyward, `organization="${organization}" page="api-key" theme="dark"`))
  await page.goto(intranet.origin)
  await expect.poll(() => last(page, 'ready')).toEqual({ type: 'ready', page: 'api-key', organization })
  await expect.poll(() => last(page, 'navigated')).toEqual({ type: 'navigated', page: 'sign-in' })
  const frame = inside(page)
  await signIn(frame)
  await expect.poll(() => last(page, 'navigated')).toEqual({ type: 'navigated', page: 'api-key', organization })

  // The cookie is one of this frame: it isn't sent from a page of the portal's own, nor does it sign that page in.
  const [cookie] = await page.context().cookies(keyward.url)
  expect(cookie).toMatchObject({ sameSite: 'None', secure: true, httpOnly: true })
  const beside = await page.context().newPage()
  await beside.goto(keyward.url)
  await expect(new SignInForm(beside).username).toBeVisible()
  await beside.close()

  // One page without the ways to others, as high as it is, in the colours of this page as far as they can be read.
  await expect(frame.getByRole('heading', { name: text('api-key.title') })).toBeVisible()
  await expect(frame.locator('.tabs, .crumbs').filter({ visible: true })).toHaveCount(0)
  const overflow = () => frame.locator('html').evaluate((root) => root.scrollHeight - innerHeight)
  await expect.poll(overflow).toBeLessThanOrEqual(0)
  expect(await frame.locator('html').getAttribute('data-theme')).toBe('dark')
  expect(await rootStyle(frame, '--accent')).toContain('rgb(255 224 0)')
  expect(await rootStyle(frame, '--sans')).toBe('Georgia, serif')
  await call(page, (element) => {
    element.setAttribute('theme', 'light')
    element.style.setProperty('--keyward-radius', '99px')
    element.style.setProperty('--keyward-font', 'url(https://evil.example/font)')
    element.updateTheme()
  })
  await expect(frame.locator('html')).toHaveAttribute('data-theme', 'light')
  await expect.poll(() => rootStyle(frame, '--radius')).toBe('6px')
  expect(await rootStyle(frame, '--sans')).toContain('BlinkMacSystemFont')

  // Whatever lies over the frame: a sensitive operation asks for the password, and the frame's cookie is a new one then.
  const keys = new KeyPage(frame as unknown as Page)
  const ask = await regenerateWithOldPassword(frame, keys, keyward)
  await ask.getByRole('button', { name: text('sign-in.go-on') }).click()
  await expect(keys.dialog).toHaveCount(0)
  const key = await keys.shownKey()
  await expect.poll(() => last(page, 'key-changed')).toEqual({ type: 'key-changed', organization, change: 'regenerated' })
  const heard = await page.evaluate(() => (window as unknown as { heard: string[] }).heard.join())
  expect(heard).not.toContain(key)

  // What the page itself sends with the cookie is not of the portal, and the answer isn't for it.
  const version = await keyward.version()
  const regenerate = `${keyward.url}/api/portal/orgs/${organization}/api-key/regenerate`
  guard.expectMessage(/ERR_BLOCKED_BY_RESPONSE.NotSameOrigin|Cross-Origin-Resource-Policy/)
  const forge = (url: string) => fetch(url, { method: 'POST', mode: 'no-cors', credentials: 'include' }).then(() => 'read', () => 'unread')
  expect(await page.evaluate(forge, regenerate)).toBe('unread')
  expect(await keyward.version()).toBe(version)

  await call(page, (element) => element.goto('administrators'))
  await expect.poll(() => last(page, 'navigated')).toEqual({ type: 'navigated', page: 'administrators', organization })
  await expect(frame.getByRole('heading', { name: text('administrators.title') })).toBeVisible()
  await keyward.endSessions()
  await call(page, (element) => element.goto('roles'))
  await expect.poll(() => last(page, 'session-ended')).toEqual({ type: 'session-ended' })

  // Another page shows in the same frame. For anything else the frame is replaced.
  const states = await page.locator('keyward-portal').evaluate((element) =>
    Object.entries({ page: 'roles', base: `${element.getAttribute('base')}/` }).map(([name, value]) => {
      element.setAttribute(name, value)
      return element.getAttribute('state')
    }),
  )
  expect(states).toEqual(['ready', 'loading'])
  await expect(page.locator('keyward-portal')).toHaveAttribute('state', 'ready')
  await expect(new SignInForm(frame.locator('body')).username).toBeVisible()

  await page.evaluate(() => {
    Object.assign(window, { gone: document.querySelector('keyward-portal') })
    document.querySelector('keyward-portal')?.remove()
    ;(window as unknown as { gone: KeywardPortalElement }).gone.goto('roles')
  })
  expect(page.frames()).toHaveLength(1)
})

test('a session that ends while the second program loads is told', async ({ page, keyward, intranet, organization }) => {
  // Where the browser keeps nothing for frames. In others, a page of the portal's own may share what is kept.
  await page.addInitScript(() => {
    const get = (): never => {
      throw new DOMException('', 'SecurityError')
    }
    Object.defineProperty(window, 'localStorage', { get })
  })
  const program = await hold(page, WHOLE)
  intranet.pages.set('/', withElement(keyward, `organization="${organization}" page="api-key"`))
  await page.goto(intranet.origin)
  await signIn(inside(page))
  expect(await last(page, 'session-ended')).toBeUndefined()
  await call(page, (element) => element.goto('administrators'))
  await program.given
  await keyward.endSessions()
  program.release()
  await expect.poll(() => last(page, 'session-ended')).toEqual({ type: 'session-ended' })
  await expect(new SignInForm(inside(page).locator('body')).username).toBeVisible()
  const times = () => (window as unknown as { told: Told[] }).told.filter(({ type }) => type === 'session-ended').length
  expect(await page.evaluate(times)).toBe(1)
})

test('a session that ends while a password is asked for is told', async ({ page, keyward, intranet, organization }) => {
  intranet.pages.set('/', withElement(keyward, `organization="${organization}" page="api-key"`))
  await page.goto(intranet.origin)
  const frame = inside(page)
  await signIn(frame)
  const ask = await regenerateWithOldPassword(frame, new KeyPage(frame as unknown as Page), keyward)
  await keyward.endSessions()
  await ask.getByRole('button', { name: text('sign-in.go-on') }).click()
  await expect.poll(() => last(page, 'session-ended')).toEqual({ type: 'session-ended' })
  await expect(frame.getByRole('dialog', { name: text('interrupted.sign-in-title') })).toBeVisible()
})

test('a session that ends while the page loads is told', async ({ page, keyward, intranet, organization }) => {
  intranet.pages.set('/', withElement(keyward, `organization="${organization}" page="api-key"`))
  await page.goto(intranet.origin)
  await signIn(inside(page))
  // What it asks for from now on, the new document asks for.
  await page.goto('about:blank')
  const session = await hold(page, /api\/portal\/session$/)
  const key = page.waitForResponse((answer) => answer.url().includes('/api-key') && answer.status() === 401)
  await page.route(/\/api-key(\?|$)/, async (route) => {
    if (route.request().resourceType() !== 'fetch') return route.fallback()
    await session.given
    await keyward.endSessions()
    await route.fallback()
  })
  await page.goto(intranet.origin)
  await (await key).finished()
  session.release()
  await expect.poll(() => last(page, 'session-ended')).toEqual({ type: 'session-ended' })
  await expect(inside(page).getByRole('dialog', { name: text('interrupted.sign-in-title') })).toBeVisible()
})

test('a frame that can not see who is around it is greeted', async ({ page, keyward, intranet }) => {
  // No script can take it away from `location`.
  await page.route('**/frame*.js', async (route) => {
    const script = await (await route.fetch()).text()
    expect(script).toContain('location.ancestorOrigins?.')
    await route.fulfill({ contentType: 'text/javascript', body: script.replace('location.ancestorOrigins?.', 'undefined?.') })
  })
  intranet.pages.set('/', withElement(keyward, ''))
  await page.goto(intranet.origin)
  const { username } = new SignInForm(inside(page).locator('body'))
  for (const when of ['before', 'after']) {
    await expect.poll(() => last(page, 'ready'), when).toBeDefined()
    await expect.poll(() => last(page, 'height'), when).toBeDefined()
    await expect(username).toBeVisible()
    if (when === 'after') break
    await page.evaluate(() => ((window as unknown as { told: Told[] }).told.length = 0))
    await inside(page).locator('html').evaluate(() => location.reload())
  }
})

test("a page shows of the admin's first organization", async ({ page, keyward, intranet, organization }) => {
  intranet.pages.set('/', withElement(keyward, 'page="roles"'))
  await page.goto(intranet.origin)
  const heading = inside(page).getByRole('heading', { name: text('roles.title') })
  const form = new SignInForm(inside(page).locator('body'))
  await form.signIn()
  await expect(heading).toBeVisible()
  await page.reload()
  await expect(heading).toBeVisible()
  await expect.poll(() => last(page, 'navigated')).toEqual({ type: 'navigated', page: 'roles', organization })

  // It tells where it began and where it is, however often it's greeted.
  const began = await last(page, 'ready')
  const hello = { keyward: 1, type: 'hello' }
  await page.locator('keyward-portal').evaluate((element, message) => {
    ;(window as unknown as { told: Told[] }).told.length = 0
    element.shadowRoot?.querySelector('iframe')?.contentWindow?.postMessage(message, '*')
  }, hello)
  await expect.poll(() => last(page, 'navigated')).toEqual({ type: 'navigated', page: 'roles', organization })
  expect(await last(page, 'ready')).toEqual(began)
})

test('after a new sign-in the element shows its page', async ({ page, keyward, intranet, organization }) => {
  intranet.pages.set('/', withElement(keyward, `organization="${organization}" page="roles" hidden`))
  await page.goto(intranet.origin)
  const element = page.locator('keyward-portal')
  await expect(element).toHaveAttribute('state', 'ready')
  // Nothing has a computed style where it isn't displayed.
  await element.evaluate((it) => it.removeAttribute('hidden'))
  expect(await rootStyle(inside(page), '--accent')).toContain('rgb(255 224 0)')
  const form = new SignInForm(inside(page).locator('body'))
  await form.signIn()
  const heading = inside(page).getByRole('heading', { name: text('roles.title') })
  await expect(heading).toBeVisible()

  // Signing out drops the page from the address. The element has only this one all the same.
  await keyward.endSessions()
  await inside(page).locator('html').evaluate(() => dispatchEvent(new Event('keyward-session')))
  await inside(page).getByRole('dialog').getByRole('button', { name: text('interrupted.sign-out') }).click()
  await expect(form.username).toBeVisible()
  await form.signIn()
  await expect(heading).toBeVisible()
  // Nor can what isn't a page pass for one.
  await element.evaluate((it) => it.setAttribute('page', 'else'))
  await expect(heading).toBeVisible()
})

test('a frame without the element works as described', async ({ page, keyward, intranet }) => {
  // In a browser that doesn't say who is around it.
  await page.route('**/frame*.js', async (route) => {
    const script = await (await route.fetch()).text()
    await route.fulfill({ contentType: 'text/javascript', body: script.replace('location.ancestorOrigins?.', 'undefined?.') })
  })
  const described = /```html\n(<iframe.+?<\/script>)\n```/s.exec((await file('docs/embed.md')).split('### Messages\n')[1] ?? '')?.[1] ?? ''
  const example = described.replace('https://keys.example/keyward', keyward.url).replace('https://keys.example', keyward.url)
  intranet.pages.set('/', `<!doctype html><title>Intranet</title><style>iframe { height: 3000px }</style>${example}`)
  await page.goto(intranet.origin)
  const frame = page.locator('iframe')
  await expect(frame.contentFrame().locator('html')).toHaveAttribute('data-theme', 'dark')
  await expect.poll(() => frame.evaluate((it) => it.clientHeight)).toBeLessThan(1000)
})

test('read-only hides what changes something, on every page', async ({ page, keyward, intranet, organization }) => {
  intranet.pages.set('/', withElement(keyward, `organization="${organization}" readonly`))
  await page.goto(intranet.origin)
  const frame = inside(page)
  await signIn(frame)
  // What only reads stays.
  const reads: Record<string, string[]> = {
    'sandbox-tokens': [text('sandbox-tokens.find')],
    'oauth-servers': [text('oauth-servers.usage')],
  }
  const changes = frame.locator('.key-actions button, .row-actions button, .menu-opener, .panel-head button, .page-head button, .changes button')
  await expect(frame.locator('.tabs')).toBeVisible()
  for (const where of ['api-key', 'sandbox-tokens', 'oauth-servers', 'administrators', 'roles'] as const) {
    await page.locator('keyward-portal').evaluate((element: KeywardPortalElement, where) => element.goto(where), where)
    await expect.poll(() => last(page, 'navigated')).toMatchObject({ page: where })
    await expect(frame.locator('.skeleton, .bar')).toHaveCount(0)
    await expect(frame.locator('h1[data-heading]')).toBeVisible()
    const left = changes.filter({ visible: true })
    expect(await left.evaluateAll((them) => them.map((it) => it.textContent)), where).toEqual(reads[where] ?? [])
  }
})

test('a page that is not listed gets no frame and hears nothing', async ({ page, keyward, stranger, guard }) => {
  guard.expectMessage(/frame-ancestors|does not match the recipient window.s origin/)
  stranger.pages.set('/', withElement(keyward, 'page="api-key"'))
  await page.clock.install()
  await page.goto(stranger.origin)
  await expect(page.locator('keyward-portal')).toHaveAttribute('state', 'loading')
  await expect(page.getByRole('status')).toHaveText(text('embed.loading'))
  await page.waitForLoadState('load')
  await page.clock.runFor(10_000)
  await expect(page.getByRole('alert')).toContainText(text('embed.failed'))
  await expect(page.getByRole('link', { name: text('embed.open') })).toHaveAttribute('href', `${keyward.url}/`)
  expect(await page.evaluate(() => (window as unknown as { heard: string[] }).heard)).toEqual([])
  expect(await last(page, 'error')).toEqual({ type: 'error' })
})

test('forged messages do nothing, and a flood costs little', async ({ page, keyward, intranet, stranger, organization, guard }) => {
  guard.expectMessage(/does not match the recipient window.s origin/)
  const forged = { keyward: 1, type: 'theme', scheme: 'dark' }
  stranger.pages.set(
    '/',
    `<title>Beside</title><script>
      window.heard = []
      addEventListener('message', ({ data }) => heard.push(data))
      setInterval(() => parent.frames[0].postMessage(${JSON.stringify(forged)}, '*'), 10)
    </script>`,
  )
  intranet.pages.set(
    '/',
    `<!doctype html><title>Intranet</title>
    <iframe src="${keyward.url}/o/${organization}/api-key?embed" width="900" height="700"></iframe>
    <iframe src="${stranger.origin}/"></iframe>`,
  )
  await page.goto(intranet.origin)
  const frame = page.locator('iframe').first().contentFrame()
  await signIn(frame)
  // The neighbour has sent some by now, and more come.
  expect(await page.frames()[2]?.evaluate(() => (window as unknown as { heard: unknown[] }).heard)).toEqual([])
  await expect(frame.locator('html')).not.toHaveAttribute('data-theme')

  await frame.locator('html').evaluate((root) => {
    Object.assign(window, { changes: 0 })
    new MutationObserver((records) => ((window as unknown as { changes: number }).changes += records.length)).observe(root, {
      attributeFilter: ['data-theme'],
    })
  })
  await page.evaluate((origin) => {
    const portal = window.frames[0]
    for (let sent = 0; sent < 10_000; sent++) portal?.postMessage({ keyward: 1, type: 'theme', scheme: sent % 2 ? 'dark' : 'light' }, origin)
    // Of none of these is anything known.
    for (const odd of [null, 1, 'x', {}, { keyward: 2, type: 'goto' }, { keyward: 1, type: 'goto', page: '../../setup' }]) portal?.postMessage(odd, origin)
  }, keyward.url)
  await new KeyPage(frame as unknown as Page).regenerate.click()
  await expect(frame.getByRole('dialog')).toBeVisible()
  const changes = await frame.locator('html').evaluate(() => (window as unknown as { changes: number }).changes)
  expect(changes).toBeGreaterThan(0)
  expect(changes).toBeLessThan(1_000)
})

test('where a browser keeps no cookie, the page leads to a window', async ({ page, keyward, stranger, organization, guard }) => {
  guard.expectMessage(/rejected because it is in a cross-site context/)
  // Without HTTPS there is no cookie for frames of other sites, and the browser refuses the other.
  await keyward.stop()
  await keyward.start(['--frame-ancestors', stranger.origin])
  stranger.pages.set('/', withElement(keyward, `organization="${organization}"`))
  await page.goto(stranger.origin)
  const frame = inside(page)
  await new SignInForm(frame.locator('body')).signIn()
  await expect(frame.getByRole('alert').filter({ hasText: text('embed.refused') })).toBeVisible()
  await expect(frame.getByRole('link', { name: text('embed.open') })).toHaveAttribute('target', '_blank')
})

test('the page around it names the language', async ({ page, keyward, intranet }) => {
  await serveFramed(keyward, [intranet.origin], ['--portal', PSEUDO_PORTAL])
  intranet.pages.set('/', withElement(keyward, `lang="${PSEUDO}"`))
  await page.goto(intranet.origin)
  const heading = inside(page).getByRole('heading').first()
  await expect(heading).toHaveText(/^⟦.*⟧$/)
  await call(page, (element) => (element.lang = 'en'))
  await expect(heading).toHaveText(text('common.sign-in'))
})

test('it works in React, and twice on a page', async ({ page, keyward, intranet, organization }) => {
  intranet.pages.set(
    '/',
    `<!doctype html><title>React</title><div id="app"></div>
    <script src="${keyward.url}/embed.js"></script>
    <script src="/react.js"></script>
    <script>
      const { createElement, useState } = require('react')
      window.told = []
      function App() {
        const [theme, setTheme] = useState('light')
        const [isOpen, setOpen] = useState(true)
        const common = { base: '${keyward.url}', organization: ${organization}, theme }
        return createElement('main', null,
          createElement('button', { onClick: () => setTheme('dark') }, 'Dark'),
          createElement('button', { onClick: () => setOpen(false) }, 'Close'),
          isOpen && createElement('keyward-portal', { ...common, page: 'api-key', readonly: true }),
          createElement('keyward-portal', { ...common, 'onkeyward-ready': ({ detail }) => told.push({ type: 'ready', ...detail }) }))
      }
      require('react-dom/client').createRoot(document.getElementById('app')).render(createElement(App))
    </script>`,
  )
  await page.goto(intranet.origin)
  await signIn(inside(page))
  expect(await last(page, 'ready')).toMatchObject({ organization })
  const first = page.locator('keyward-portal').first().locator('iframe').contentFrame()
  // Its neighbour has signed in: it goes on as soon as it hears of it.
  await expect(first.locator('tbody tr')).toHaveCount(1)
  await expect(first.getByRole('button', { name: text('common.regenerate') })).toBeHidden()
  await expect(inside(page).getByRole('button', { name: text('common.regenerate') })).toBeVisible()
  await page.getByRole('button', { name: 'Dark' }).click()
  for (const frame of [first, inside(page)]) await expect(frame.locator('html')).toHaveAttribute('data-theme', 'dark')
  await page.getByRole('button', { name: 'Close' }).click()
  await expect(page.locator('keyward-portal')).toHaveCount(1)
  await expect(inside(page).locator('tbody tr')).toHaveCount(1)
})

test('it works in Vue as described', async ({ page, keyward, intranet, organization }) => {
  const described = (await file('docs/embed.md')).split('### Vue\n')[1] ?? ''
  const template = /<template>\n(.+?)<\/template>/s.exec(described)?.[1]?.replace('https://keys.example/keyward', keyward.url) ?? ''
  const isCustomElement = /compilerOptions\.isCustomElement: (.+?)`/.exec(described)?.[1]
  intranet.pages.set(
    '/',
    `<!doctype html><title>Vue</title><div id="app"></div>
    <script type="module" src="${keyward.url}/embed.js"></script>
    <script type="module">
      import { createApp } from '/vue.js'
      window.told = []
      const reload = ({ detail }) => told.push({ type: 'key-changed', ...detail })
      const app = createApp({ template: ${JSON.stringify(template)}, data: () => ({ organization: ${organization} }), methods: { reload } })
      app.config.compilerOptions.isCustomElement = ${isCustomElement}
      app.mount('#app')
    </script>`,
  )
  await page.goto(intranet.origin)
  const element = page.locator('keyward-portal')
  const attributes = { base: `${keyward.url}/`, organization: String(organization), page: 'api-key' }
  for (const [name, value] of Object.entries(attributes)) await expect(element).toHaveAttribute(name, value)
  await signIn(inside(page))
  await new KeyPage(inside(page) as unknown as Page).doRegenerate()
  await expect.poll(() => last(page, 'key-changed')).toEqual({ type: 'key-changed', organization, change: 'regenerated' })
})

test('the page that demonstrates it works', async ({ page, keyward, intranet, organization, guard }) => {
  intranet.pages.set('/', (await file('xtask/src/demo.html')).replaceAll('{portal}', keyward.url))
  await page.goto(intranet.origin)
  await expect(page.locator('keyward-portal')).toHaveAttribute('state', 'ready')
  const frame = inside(page)
  await signIn(frame)
  await expect(frame.getByRole('heading', { name: text('api-key.title') })).toBeVisible()
  await page.getByLabel('Theme').selectOption('dark')
  await expect(frame.locator('html')).toHaveAttribute('data-theme', 'dark')
  await page.getByLabel('Accent').fill('#ffe000')
  await expect.poll(() => rootStyle(frame, '--accent')).toContain('rgb(255 224 0)')
  await page.getByLabel('Radius').fill('0')
  await expect.poll(() => rootStyle(frame, '--radius')).toBe('0px')
  await page.getByLabel('Page').selectOption('roles')
  await expect(frame.getByRole('heading', { name: text('roles.title') })).toBeVisible()
  await expect(page.locator('pre')).toContainText(`navigated {"page":"roles","organization":${organization}}`)
  await expect(frame.locator('.skeleton, .bar')).toHaveCount(0)
  // What is still being fetched ahead in a frame that goes away fails.
  guard.expectMessage(/^TypeError: (Failed to fetch|NetworkError)/)
  await page.getByLabel('Read-only').check()
  await expect(frame.locator('tbody tr')).toHaveCount(1)
  await expect(frame.getByRole('button', { name: text('common.regenerate') })).toBeHidden()
  await expect(page.getByLabel('Page')).toHaveValue('api-key')
  // What was chosen before holds in the new frame, too.
  await expect(frame.locator('html')).toHaveAttribute('data-theme', 'dark')
  expect(await rootStyle(frame, '--radius')).toBe('0px')
})
