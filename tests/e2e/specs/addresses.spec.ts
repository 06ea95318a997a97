import { KeyPage } from '../harness/keyPage.ts'
import { Keyward } from '../harness/keyward.ts'
import { PortalApi } from '../harness/portalApi.ts'
import { SignInForm } from '../harness/signInForm.ts'
import { expect, openKeyPage, test } from '../harness/test.ts'
import { text } from '../harness/text.ts'

test('an address that leads nowhere says so, and leads back', async ({ keyPage: page, keyward }) => {
  await page.goto(`${keyward.url}/no/such/page`)
  await expect(page.getByRole('heading', { name: text('frame.not-found') })).toBeVisible()
  await page.getByRole('main').getByRole('link').first().click()
  await expect(new KeyPage(page).row).toHaveCount(1)
})

test('a file that is not there is a 404, and never the page', async ({ keyward }) => {
  for (const path of ['/no-such-0123456789abcdef.js', '/style/main.css', '/favicon.png']) {
    const answer = await fetch(keyward.url + path)
    expect(answer.status, path).toBe(404)
    expect(answer.headers.get('content-type'), path).not.toContain('text/html')
  }
})

test('an API never answers with a page', async ({ keyward }) => {
  for (const path of ['/api', '/api/portal/nothing', '/api/v1/nothing', '/api/nothing.js']) {
    const answer = await fetch(keyward.url + path, { headers: { accept: 'text/html' } })
    expect([401, 404], path).toContain(answer.status)
    expect(answer.headers.get('content-type'), path).toContain('json')
  }
})

test('a different organization is as good as none', async ({ keyPage: page, keyward, alice, guard }) => {
  guard.expectStatus(404)
  await page.goto(`${keyward.url}/o/${alice.organization + 1}/api-key`)
  await expect(page.getByText(text('frame.no-organization-title'))).toBeVisible()
  await expect(new KeyPage(page).row).toHaveCount(0)
})

test('back and forward go through the tabs', async ({ keyPage: page }) => {
  const keyPage = new KeyPage(page)
  await expect(keyPage.row).toHaveCount(1)
  await page.getByRole('link', { name: text('sandbox-tokens.title') }).click()
  await expect(page).toHaveURL(/\/sandbox-tokens$/)
  await expect(keyPage.row).toHaveCount(0)
  await page.goBack()
  await expect(keyPage.row).toHaveCount(1)
  await page.goForward()
  await expect(page).toHaveURL(/\/sandbox-tokens$/)
})

test('the same build works below a path', async ({ page, guard }) => {
  guard.expectStatus(401)
  const keyward = await Keyward.install()
  const port = await keyward.reservePort()
  await keyward.start(['--public-url', `http://127.0.0.1:${port}/keyward/`])
  const alice = await PortalApi.signIn(keyward.url)
  // A page deep within, so that relative addresses would lead astray.
  await page.goto(`${keyward.url}/o/${alice.organization}/api-key`)
  await new SignInForm(page).signIn()
  const keyPage = new KeyPage(page)
  await keyPage.doRegenerate()
  expect(await keyPage.shownKey()).toBe(await alice.reveal())
  await page.getByRole('link', { name: text('sandbox-tokens.title') }).click()
  await expect(page).toHaveURL(`${keyward.url}/o/${alice.organization}/sandbox-tokens`)
  await page.reload()
  await expect(page.getByRole('heading', { name: text('sandbox-tokens.title') })).toBeVisible()
  await page.close()
  await keyward.remove()
})

test('?embed leaves the frame out, also after a click', async ({ page, keyward, alice }) => {
  await openKeyPage(page, keyward.url, alice)
  await expect(page.getByRole('button', { name: text('frame.sign-out') })).toBeVisible()
  await page.goto(`${keyward.url}/o/${alice.organization}/api-key?embed`)
  await expect(new KeyPage(page).row).toHaveCount(1)
  await expect(page.getByRole('button', { name: text('frame.sign-out') })).toHaveCount(0)
  await page.getByRole('link', { name: text('sandbox-tokens.title') }).click()
  await expect(page).toHaveURL(/\/sandbox-tokens\?embed$/)
  await expect(page.getByRole('button', { name: text('frame.sign-out') })).toHaveCount(0)
})
