import type { Page } from '@playwright/test'
import { hold } from '../harness/hold.ts'
import { KeyPage } from '../harness/keyPage.ts'
import { expect, openKeyPage, test } from '../harness/test.ts'
import { saying, text } from '../harness/text.ts'

const rail = (page: Page, name: string) => page.getByRole('navigation', { name: text('frame.main') }).getByRole('link', { name })
const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name })
/** Lost with the document. */
const mark = (page: Page) => page.evaluate(() => void Object.assign(window, { marked: true }))
const isMarked = (page: Page) => page.evaluate(() => 'marked' in window)
const WHOLE = /keyward-portal-whole/
const SESSION = '**/api/portal/session'

/** Goes to a page that the first program doesn't have, while the second one is on its way. */
const openComing = async (page: Page) => {
  await rail(page, text('roles.title')).click()
  await expect(heading(page, text('roles.title'))).toBeVisible()
}

/** Lets the second program arrive where it has to wait, and gives it time to do otherwise. */
const arrive = async (page: Page, { release }: { release: () => void }) => {
  const arrived = page.waitForResponse((answer) => /keyward-portal-whole.*\.wasm/.test(answer.url()))
  release()
  await (await arrived).finished()
  await page.waitForTimeout(1000)
}

test('the other pages open without loading the document anew', async ({ keyPage: page }) => {
  await expect(new KeyPage(page).row).toHaveCount(1)
  await mark(page)
  await rail(page, text('frame.audit-log')).click()
  await expect(page.getByRole('table', { name: text('frame.audit-log') }).getByRole('row').nth(1)).toBeVisible()
  await expect(heading(page, text('frame.audit-log'))).toBeFocused()
  await page.goBack()
  const keyPage = new KeyPage(page)
  await keyPage.doRegenerate()
  await page.goForward()
  await expect(heading(page, text('frame.audit-log'))).toBeVisible()
  expect(await isMarked(page)).toBe(true)
})

test('the second program is prefetched while idle', async ({ page, keyward, alice, context }) => {
  await context.addCookies([alice.cookieFor(keyward.url)])
  const fetched = page.waitForResponse((answer) => /keyward-portal-whole.*\.wasm$/.test(answer.url()))
  await page.goto(`${keyward.url}/o/${alice.organization}/api-key`)
  await (await fetched).finished()
})

test('a page fetches the program it starts with first', async ({ page, keyward, alice, context }) => {
  await context.addCookies([alice.cookieFor(keyward.url)])
  const asked: string[] = []
  page.on('request', (request) => asked.push(new URL(request.url()).pathname))
  await page.goto(`${keyward.url}/o/${alice.organization}/administrators`)
  await expect(page.getByRole('table', { name: text('administrators.title') }).getByText('alice')).toBeVisible()
  const programs = asked.filter((path) => path.endsWith('.wasm'))
  expect(programs).toHaveLength(1)
  expect(programs[0]).toMatch(WHOLE)
})

test('offline, a page not fetched says so and loads when online', async ({ keyPage: page, guard }) => {
  guard.expectNetworkErrors()
  guard.expectMessage(/Failed to fetch/)
  await page.route(WHOLE, (route) => route.abort())
  await expect(new KeyPage(page).row).toHaveCount(1)
  await mark(page)
  await rail(page, text('frame.audit-log')).click()
  await expect(heading(page, text('frame.audit-log'))).toBeVisible()
  await expect(page.getByText(text('frame.failed-title'))).toBeVisible()
  // The pages that are there go on working.
  await rail(page, text('frame.security')).click()
  await expect(new KeyPage(page).row).toHaveCount(1)
  await rail(page, text('roles.title')).click()
  await expect(page.getByText(text('frame.failed-title'))).toBeVisible()
  await page.unroute(WHOLE)
  await page.evaluate(() => window.dispatchEvent(new Event('online')))
  await expect(page.getByRole('table', { name: text('roles.title') })).toBeVisible()
  expect(await isMarked(page)).toBe(true)
})

test('a press tries again', async ({ keyPage: page, guard }) => {
  guard.expectStatus(404)
  // Of the script or of the program, whichever fails first.
  guard.expectMessage(/Failed to fetch|status 404|^Loading module from/)
  // As after an upgrade, when the files of the page are no longer there.
  await page.route(WHOLE, (route) => route.fulfill({ status: 404 }))
  await expect(new KeyPage(page).row).toHaveCount(1)
  await rail(page, text('frame.audit-log')).click()
  await expect(page.getByText(text('frame.failed-title'))).toBeVisible()
  await page.unroute(WHOLE)
  await page.getByRole('button', { name: text('common.try-again') }).click()
  await expect(page.getByRole('table', { name: text('frame.audit-log') })).toBeVisible()
})

test('going back while the second program loads keeps the page', async ({ keyPage: page }) => {
  const keyPage = new KeyPage(page)
  await expect(keyPage.row).toHaveCount(1)
  const program = await hold(page, WHOLE)
  await openComing(page)
  await page.goBack()
  await keyPage.edit.click()
  await keyPage.newKey.fill('half a key')
  await arrive(page, program)
  await expect(keyPage.newKey).toHaveValue('half a key')
})

test('who goes back leaves no old answer about the session', async ({ keyPage: page, keyward, guard }) => {
  guard.expectStatus(401)
  const keyPage = new KeyPage(page)
  await expect(keyPage.row).toHaveCount(1)
  const [program, session] = [await hold(page, WHOLE), await hold(page, SESSION)]
  await openComing(page)
  program.release()
  await session.given
  await page.goBack()
  await expect(keyPage.row).toHaveCount(1)
  const told = page.waitForResponse((answer) => answer.url().endsWith('/api/portal/session'))
  session.release()
  await (await told).finished()
  await keyward.endSessions()
  // As where someone signs out in another tab.
  await page.evaluate(() => window.dispatchEvent(new Event('keyward-session')))
  await expect(page.getByRole('dialog', { name: text('interrupted.sign-in-title') })).toBeVisible()
})

test('the second program waits for what the first one has begun', async ({ keyPage: page }) => {
  await expect(new KeyPage(page).row).toHaveCount(1)
  const [program, session, signOut] = [await hold(page, WHOLE), await hold(page, SESSION), await hold(page, SESSION, 'DELETE')]
  await openComing(page)
  program.release()
  await session.given
  const button = page.getByRole('button', { name: text('frame.sign-out') })
  await button.click()
  await signOut.given
  const told = page.waitForResponse((answer) => answer.url().endsWith('/api/portal/session') && answer.request().method() === 'GET')
  session.release()
  await (await told).finished()
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)))
  await expect(button).toHaveAttribute('aria-busy', 'true')
  signOut.release()
  await expect(page).toHaveURL(/\/sign-in$/)
})

test('the second program waits for a menu', async ({ page, keyward, alice }) => {
  await keyward.addOrganizations(['Globex'])
  await openKeyPage(page, keyward.url, alice)
  await expect(new KeyPage(page).row).toHaveCount(1)
  const program = await hold(page, WHOLE)
  await openComing(page)
  await page.getByRole('button', { name: saying('controls.chosen', { label: text('common.organization'), choice: 'Acme' }) }).click()
  const search = page.getByRole('combobox', { name: text('frame.search-organizations') })
  await search.fill('Glo')
  await arrive(page, program)
  await expect(search).toHaveValue('Glo')
  await search.press('Escape')
  await expect(page.getByRole('table', { name: text('roles.title') })).toBeVisible()
})

test('the second program says what went wrong in the first one', async ({ keyPage: page, guard }) => {
  guard.expectStatus(500)
  await expect(new KeyPage(page).row).toHaveCount(1)
  const program = await hold(page, WHOLE)
  await openComing(page)
  await page.route(SESSION, (route) => (route.request().method() === 'DELETE' ? route.fulfill({ status: 500 }) : route.fallback()))
  await page.getByRole('button', { name: text('frame.sign-out') }).click()
  const alert = page.getByRole('region', { name: text('controls.messages') }).getByRole('alert')
  await expect(alert).not.toBeEmpty()
  const said = await alert.textContent()
  program.release()
  await expect(page.getByRole('table', { name: text('roles.title') })).toBeVisible()
  await expect(alert).toHaveText(said ?? '')
  await alert.getByRole('button', { name: text('controls.dismiss') }).click()
  await expect(alert).toBeEmpty()
})

test('the first program stops when the second replaces it', async ({ keyPage: page }) => {
  await expect(new KeyPage(page).row).toHaveCount(1)
  await rail(page, text('frame.account-page')).or(page.getByRole('link', { name: text('frame.account-page') })).first().click()
  await expect(page.getByRole('table', { name: text('key-usage.sessions') })).toBeVisible()
  const asked: string[] = []
  page.on('request', (request) => asked.push(new URL(request.url()).pathname))
  await Promise.all([
    page.waitForResponse((answer) => answer.url().endsWith('/sessions')),
    page.evaluate(() => window.dispatchEvent(new Event('online'))),
  ])
  expect(asked.filter((path) => path.includes('api-key') || path.includes('key-usage'))).toEqual([])
})
