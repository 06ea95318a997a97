import type { Page } from '@playwright/test'
import { KeyPage, everything } from '../harness/keyPage.ts'
import { COLLEAGUE } from '../harness/keyward.ts'
import { PortalApi } from '../harness/portalApi.ts'
import { expect, test } from '../harness/test.ts'

/** Has the page look for changes, without anybody doing anything. */
const look = (page: Page) => page.evaluate(() => window.dispatchEvent(new Event('online')))
const isUsage = (url: string) => url.endsWith('/key-usage')

test('only what somebody does prolongs the session', async ({ keyPage: page }) => {
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
  await expect(page.getByRole('dialog', { name: 'Sign in again' })).toBeVisible()
  await expect(keyPage.keyCell).not.toContainText(key)
})

test('a page changes nothing as somebody who signed in by another window', async ({ keyPage: page, keyward, guard }) => {
  guard.expectStatus(409)
  await keyward.addColleague()
  const keyPage = new KeyPage(page)
  await keyPage.regenerate.click()
  const bob = await PortalApi.signIn(keyward.url, COLLEAGUE)
  await page.context().addCookies([bob.cookieFor(keyward.url)])
  await keyPage.confirm('Regenerate').click()
  await expect(page.getByText('signed in as someone else').first()).toBeVisible()
  expect(await keyward.version()).toBe(1)
})

test('a sign-out in one tab ends every tab at once, and no secret stays', async ({ keyPage: page, keyward, guard }) => {
  guard.expectStatus(401)
  const other = await page.context().newPage()
  await other.goto(page.url())
  const keyPage = new KeyPage(other)
  await keyPage.reveal.click()
  const key = await keyPage.shownKey()

  await expect(new KeyPage(page).row).toHaveCount(1)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()
  await expect(other.getByRole('dialog', { name: 'Sign in again' })).toBeVisible()
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

  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByLabel('User name').fill(COLLEAGUE.username)
  await page.getByLabel('Password', { exact: true }).fill(COLLEAGUE.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(new KeyPage(page).row).toHaveCount(1)
  await expect(other.getByRole('dialog', { name: 'Sign in again' })).toBeVisible()
  expect(await everything(other)).not.toContain(key)
})

test('a clock that is not trusted is told to a Super Admin', async ({ page, keyward, alice }) => {
  await page.route('**/api/portal/session', async (route) => {
    const answer = await route.fetch()
    await route.fulfill({ response: answer, json: { ...((await answer.json()) as object), clockDoubted: true } })
  })
  await page.context().addCookies([alice.cookieFor(keyward.url)])
  await page.goto(`${keyward.url}/o/${alice.organization}/api-key`)
  await expect(page.getByText("The server's clock has jumped.")).toBeVisible()
})

test('who leaves the page over a change gets to the sign-in page', async ({ keyPage: page, keyward, guard }) => {
  guard.expectStatus(401)
  const keyPage = new KeyPage(page)
  await keyPage.regenerate.click()
  await keyward.endSessions()
  await keyPage.confirm('Regenerate').click()
  await page.getByRole('button', { name: 'Leave the page' }).click()
  await expect(page.getByLabel('User name')).toBeVisible()
  expect(await keyward.version()).toBe(1)
})

test('a revealed key is gone before the browser keeps the page for *Back*', async ({ keyPage: page }) => {
  const keyPage = new KeyPage(page)
  await keyPage.reveal.click()
  const key = await keyPage.shownKey()
  await page.evaluate(() => window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })))
  expect(await everything(page)).not.toContain(key)
})
