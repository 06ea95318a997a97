import type { Page } from '@playwright/test'
import { KeyPage, everything } from '../harness/keyPage.ts'
import { ADMIN, COLLEAGUE } from '../harness/keyward.ts'
import { PortalApi } from '../harness/portalApi.ts'
import { SignInForm } from '../harness/signInForm.ts'
import { expect, test } from '../harness/test.ts'
import { text } from '../harness/text.ts'

/** Has the page look for changes, without anybody doing anything. */
const look = (page: Page) => page.evaluate(() => window.dispatchEvent(new Event('online')))
const isUsage = (url: string) => url.endsWith('/key-usage')

test('only activity prolongs the session', async ({ keyPage: page }) => {
  await expect(new KeyPage(page).row).toHaveCount(1)
  const ask = async () => {
    const requests: (string | undefined)[] = []
    const note = (request: { url(): string; headers(): Record<string, string> }) => {
      if (request.url().includes('/api/portal/')) requests.push(request.headers()['x-keyward-background'])
    }
    page.on('request', note)
    await Promise.all([page.waitForResponse((answer) => isUsage(answer.url())), look(page)])
    page.off('request', note)
    return requests
  }
  await ask()
  const alone = await ask()
  expect(alone.length).toBeGreaterThan(0)
  expect(alone.every((mark) => mark === '1')).toBe(true)
  await page.keyboard.press('Shift')
  expect(await ask()).toContain(undefined)
  expect((await ask()).every((mark) => mark === '1')).toBe(true)
})

test('a revealed key leaves the page when its session has ended', async ({ keyPage: page, keyward, guard }) => {
  guard.expectStatus(401)
  const keyPage = new KeyPage(page)
  await keyPage.reveal.click()
  const key = await keyPage.shownKey()
  await keyward.endSessions()
  await look(page)
  await expect(page.getByRole('dialog', { name: text('interrupted.sign-in-title') })).toBeVisible()
  await expect(keyPage.keyCell).not.toContainText(key)
})

test('a tab changes nothing as another tab\'s admin', async ({ keyPage: page, keyward, guard }) => {
  guard.expectStatus(409)
  await keyward.addColleague()
  const keyPage = new KeyPage(page)
  await keyPage.regenerate.click()
  const bob = await PortalApi.signIn(keyward.url, COLLEAGUE)
  await page.context().addCookies([bob.cookieFor(keyward.url)])
  await keyPage.confirm(text('common.regenerate')).click()
  await expect(page.getByText(text('problems.other-admin')).first()).toBeVisible()
  expect(await keyward.version()).toBe(1)
})

test('a sign-out ends every tab immediately; no secret stays', async ({ keyPage: page, keyward, guard }) => {
  guard.expectStatus(401)
  const other = await page.context().newPage()
  await other.goto(page.url())
  const keyPage = new KeyPage(other)
  await keyPage.reveal.click()
  const key = await keyPage.shownKey()

  await expect(new KeyPage(page).row).toHaveCount(1)
  await page.getByRole('button', { name: text('frame.sign-out') }).click()
  await expect(page.getByRole('button', { name: text('common.sign-in') })).toBeVisible()
  await expect(other.getByRole('dialog', { name: text('interrupted.sign-in-title') })).toBeVisible()
  expect(await everything(other)).not.toContain(key)
  expect(await keyward.version()).toBe(1)
})

test('a tab stops speaking for an admin when someone else signs in', async ({ keyPage: page, keyward, guard }) => {
  guard.expectStatus(401)
  await keyward.addColleague()
  const other = await page.context().newPage()
  await other.goto(page.url())
  const keyPage = new KeyPage(other)
  await keyPage.reveal.click()
  const key = await keyPage.shownKey()

  await page.getByRole('button', { name: text('frame.sign-out') }).click()
  await page.getByLabel(text('sign-in.user-name')).fill(COLLEAGUE.username)
  await page.getByLabel(text('sign-in.password'), { exact: true }).fill(COLLEAGUE.password)
  await page.getByRole('button', { name: text('common.sign-in') }).click()
  await expect(new KeyPage(page).row).toHaveCount(1)
  await expect(other.getByRole('dialog', { name: text('interrupted.sign-in-title') })).toBeVisible()
  expect(await everything(other)).not.toContain(key)
})

test('a clock that is not trusted is told to a Super Admin', async ({ page, keyward, alice }) => {
  await page.route('**/api/portal/session', async (route) => {
    const answer = await route.fetch()
    await route.fulfill({ response: answer, json: { ...((await answer.json()) as object), clockDoubted: true } })
  })
  await page.context().addCookies([alice.cookieFor(keyward.url)])
  await page.goto(`${keyward.url}/o/${alice.organization}/api-key`)
  await expect(page.getByText(text('frame.clock-doubted'))).toBeVisible()
})

test('leaving the page during a change leads to sign-in', async ({ keyPage: page, keyward, guard }) => {
  guard.expectStatus(401)
  const keyPage = new KeyPage(page)
  await keyPage.open(keyPage.regenerate)
  await keyward.endSessions()
  await keyPage.confirm(text('common.regenerate')).click()
  await page.getByRole('dialog', { name: text('interrupted.sign-in-title') }).getByRole('button', { name: text('frame.sign-out') }).click()
  await expect(page.getByLabel(text('sign-in.user-name'))).toBeVisible()
  expect(await keyward.version()).toBe(1)
})

test('a revealed key is hidden before the page is cached for Back', async ({ keyPage: page }) => {
  const keyPage = new KeyPage(page)
  await keyPage.reveal.click()
  const key = await keyPage.shownKey()
  await page.evaluate(() => window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })))
  expect(await everything(page)).not.toContain(key)
})

test.describe('a session of a minute', () => {
  test.use({ flags: ['--session-idle', '1m'] })

  test('its end is told in time, and a press goes on', async ({ keyPage: page, keyward, guard }) => {
    // It waits for the rest of the minute.
    test.slow()
    guard.expectStatus(401)
    await expect(new KeyPage(page).row).toHaveCount(1)
    const warning = page.getByRole('dialog', { name: text('interrupted.idle-title') })
    const ended = page.getByRole('dialog', { name: text('interrupted.sign-in-title') })
    // As if it had not been used for most of the minute.
    const idle = () => keyward.sql('UPDATE portal_sessions SET last_used_on = last_used_on - 40000')
    await idle()
    await page.evaluate(() => window.dispatchEvent(new Event('keyward-session')))
    await expect(warning).toBeVisible()
    await expect(warning).toContainText(/\d+/)
    await warning.getByRole('button', { name: text('interrupted.stay') }).click()
    await expect(warning).toBeHidden()
    await expect(ended).toBeHidden()
    await idle()
    await page.evaluate(() => window.dispatchEvent(new Event('keyward-session')))
    await expect(warning).toBeVisible()
    await expect(ended).toBeVisible({ timeout: 40_000 })
    await expect(warning).toBeHidden()
  })
})

// Playwright doesn't have the body of a request in Firefox.
test('a browser that refuses cookies is told so', { tag: '@chromium' }, async ({ page, keyward, guard }) => {
  guard.expectStatus(401)
  await page.goto(keyward.url)
  await page.route('**/api/portal/session', async (route) => {
    // Requests of Playwright's own would share their cookies with the page.
    const answer = await fetch(route.request().url(), {
      method: route.request().method(),
      headers: { 'content-type': 'application/json', 'x-keyward': '1' },
      body: route.request().postData(),
    })
    await route.fulfill({ status: answer.status, contentType: 'application/json', body: await answer.text() })
  })
  await new SignInForm(page).signIn()
  await expect(page.getByText(text('problems.cookie-refused'))).toBeVisible()
  await expect(new SignInForm(page).username).toHaveValue(ADMIN.username)
})

test('a page from the back-forward cache stays blank until checked', async ({ keyPage: page, keyward, guard }) => {
  guard.expectStatus(401)
  await expect(new KeyPage(page).row).toHaveCount(1)
  await keyward.endSessions()
  const transition = (name: string) =>
    page.evaluate((name) => {
      window.dispatchEvent(new PageTransitionEvent(name, { persisted: true }))
      return getComputedStyle(document.body).visibility
    }, name)
  expect(await transition('pagehide')).toBe('hidden')
  expect(await transition('pageshow')).toBe('hidden')
  await expect(page.getByRole('dialog', { name: text('interrupted.sign-in-title') })).toBeVisible()
})
