import { KeyPage } from '../harness/keyPage.ts'
import { ADMIN, CLOUD, ORGANIZATION } from '../harness/keyward.ts'
import { expect, test } from '../harness/test.ts'
import { text, windowTitle } from '../harness/text.ts'

test.use({ setUp: false })

test('the set-up link works once and leads to a working key', async ({ page, keyward, guard }) => {
  // Who opens the portal before is told that nothing is set up.
  guard.expectStatus(401)
  const link = await keyward.setupLink()
  await page.goto(link)
  await page.getByLabel(text('setup.organization-name')).fill(ORGANIZATION)
  await page.getByLabel(text('setup.cloud-name')).fill(CLOUD)
  await page.getByLabel(text('setup.user-name')).fill(ADMIN.username)
  await page.getByLabel(text('setup.password'), { exact: true }).fill(ADMIN.password)
  await page.getByRole('button', { name: text('setup.set-up') }).click()

  const keyPage = new KeyPage(page)
  await expect(keyPage.row).toHaveCount(1)
  await expect(keyPage.row).toContainText('Service provider', { ignoreCase: true })
  await expect(page).toHaveURL(/\/o\/\d+\/api-key$/)

  await page.context().clearCookies()
  await page.goto('about:blank')
  await page.goto(link)
  await expect(page.getByText(text('setup.done-title'))).toBeVisible()
  await expect(page.getByRole('button', { name: text('setup.set-up') })).toHaveCount(0)

  // Nor does it work for who sends it to the API.
  const token = link.split('#')[1]
  const body = JSON.stringify({ token, organization: 'Another', cloud: CLOUD, username: 'mallory', password: ADMIN.password })
  const headers = { 'content-type': 'application/json', 'x-keyward': '1' }
  const answer = await fetch(`${keyward.url}/api/portal/setup`, { method: 'POST', headers, body })
  expect(answer.status).toBe(403)
})

test('the secret leaves the address bar; a reload keeps it', async ({ page, keyward, guard }) => {
  guard.expectStatus(401)
  await page.goto(await keyward.setupLink())
  await expect(page.getByLabel(text('setup.organization-name'))).toBeVisible()
  await expect(page).toHaveURL(/\/setup$/)
  await page.reload()
  await expect(page.getByLabel(text('setup.organization-name'))).toBeVisible()
})

test('says beside each field what is wrong with it', async ({ page, keyward, guard }) => {
  guard.expectStatus(401)
  await page.goto(await keyward.setupLink())
  await page.getByLabel(text('setup.organization-name')).fill(ORGANIZATION)
  await page.getByLabel(text('setup.cloud-name')).fill('Not a cloud')
  await page.getByLabel(text('setup.user-name')).fill('two words')
  await page.getByLabel(text('setup.password'), { exact: true }).fill('short')
  await page.getByRole('button', { name: text('setup.set-up') }).click()
  await expect(page.getByLabel(text('setup.cloud-name'))).toHaveAccessibleDescription(new RegExp(text('fields.not-dns-name')))
  await expect(page.getByLabel(text('setup.user-name'))).toHaveAccessibleDescription(new RegExp(text('fields.has-spaces')))
  await expect(page.getByLabel(text('setup.password'), { exact: true })).toHaveAccessibleDescription(new RegExp(text('fields.too-short', { min: 12 })))
  await expect(page.getByLabel(text('setup.organization-name'))).toHaveValue(ORGANIZATION)
})

test('a wrong link says so before anything is filled in', async ({ page, keyward, guard }) => {
  guard.expectStatus(401, 403)
  await page.goto(`${keyward.url}/setup#wrong`)
  await expect(page.getByText(text('shared.link-not-valid-title'))).toBeVisible()
  await expect(page).toHaveTitle(windowTitle(text('shared.link-not-valid')))
  await expect(page.getByLabel(text('setup.organization-name'))).toBeHidden()
})

test('without the link there is nothing to sign in to', async ({ page, keyward, guard }) => {
  guard.expectStatus(401)
  await page.goto(keyward.url)
  await expect(page.getByRole('heading', { name: text('sign-in.not-set-up-title') })).toBeVisible()
  await expect(page).toHaveTitle(windowTitle(text('sign-in.not-set-up-title')))
})
