import { KeyPage } from '../harness/keyPage.ts'
import { expect, test } from '../harness/test.ts'
import { text } from '../harness/text.ts'

const BANNER = text('frame.intercepted')

const interceptions = {
  'a web page': { status: 200, contentType: 'text/html; charset=utf-8', body: '<!doctype html><title>Welcome to the network</title>' },
  'a refusal as a web page': { status: 401, contentType: 'text/html', body: '<h1>Sign in to the proxy</h1>' },
  'a redirect to another origin': { status: 302, headers: { location: 'https://sign-in.elsewhere.example/' }, body: '' },
}

for (const [what, answer] of Object.entries(interceptions)) {
  test(`${what} instead of an answer is reported and not retried`, async ({ keyPage: page, keyward, guard }) => {
    guard.expectStatus(401)
    guard.expectNetworkErrors()
    const keyPage = new KeyPage(page)
    await keyPage.open(keyPage.regenerate)
    let changes = 0
    await page.route('**/api/portal/**', async (route) => {
      if (route.request().method() === 'POST') changes += 1
      await route.fulfill(answer)
    })
    await keyPage.confirm(text('common.regenerate')).click()
    await expect(keyPage.dialog).toContainText(text('problems.intercepted'))
    await expect(page.getByText(BANNER)).toBeVisible()
    await page.waitForTimeout(3000)
    expect(changes).toBe(1)
    expect(await keyward.version()).toBe(1)

    await keyPage.confirm(text('common.cancel')).click()
    await expect(page.getByText(BANNER)).toBeVisible()
    await page.unroute('**/api/portal/**')
    await page.getByRole('button', { name: text('common.reload') }).click()
    await expect(keyPage.row).toHaveCount(1)
    await expect(page.getByText(BANNER)).toHaveCount(0)
  })
}

test('an intercepted retry is sent again', async ({ keyPage: page, keyward, guard }) => {
  guard.expectNetworkErrors()
  const keyPage = new KeyPage(page)
  await keyPage.regenerate.click()
  let changes = 0
  await page.route('**/api-key/regenerate', async (route) => {
    changes += 1
    if (changes === 1) {
      await route.fetch()
      await route.abort()
    } else if (changes === 2) {
      await route.fulfill(interceptions['a web page'])
    } else {
      await route.continue()
    }
  })
  await keyPage.confirm(text('common.regenerate')).click()
  await expect(keyPage.dialog).toBeHidden()
  await keyPage.shownKey()
  expect(changes).toBe(3)
  expect(await keyward.version()).toBe(2)
})

test('blocked scripts leave a text', async ({ page, keyward, guard }) => {
  guard.expectNetworkErrors()
  await page.route('**/*.js', (route) => route.abort())
  await page.goto(keyward.url)
  await expect(page.getByText(text('start.blocked-text'))).toBeVisible({ timeout: 15_000 })
})

test('a browser that is too old to run the program says so', async ({ page, keyward, guard }) => {
  guard.expectStatus(401)
  guard.expectMessage(/CompileError/)
  await page.route('**/*.wasm', (route) => route.fulfill({ status: 200, contentType: 'application/wasm', body: Buffer.from([0, 97, 115, 109, 1, 0, 0, 0, 99]) }))
  await page.goto(keyward.url)
  await expect(page.getByRole('alert')).toContainText(text('start.failed-old'))
})

test('a browser without AbortSignal.timeout signs in', async ({ page, keyward, guard }) => {
  guard.expectStatus(401)
  await page.addInitScript(() => {
    Reflect.deleteProperty(AbortSignal, 'timeout')
  })
  await page.goto(keyward.url)
  await page.getByLabel(text('sign-in.user-name')).fill('nobody@example.net')
  await page.getByLabel(text('sign-in.password'), { exact: true }).fill('wrong')
  await page.getByRole('button', { name: text('common.sign-in') }).click()
  await expect(page.getByText(text('problems.sign-in-failed'))).toBeVisible()
})
