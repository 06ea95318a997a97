import { KeyPage } from '../harness/keyPage.ts'
import { ADMIN, CLOUD, ORGANIZATION } from '../harness/keyward.ts'
import { expect, test } from '../harness/test.ts'

test.use({ setUp: false })

test('the one-time link leads to a working key, and is dead afterwards', async ({ page, keyward, guard }) => {
  // Who opens the portal before is told that nothing is set up.
  guard.expectStatus(401)
  const link = await keyward.setupLink()
  await page.goto(link)
  await page.getByLabel('Organization name').fill(ORGANIZATION)
  await page.getByLabel('Cloud name').fill(CLOUD)
  await page.getByLabel('User name').fill(ADMIN.username)
  await page.getByLabel('Password', { exact: true }).fill(ADMIN.password)
  await page.getByRole('button', { name: 'Set up' }).click()

  const keyPage = new KeyPage(page)
  await expect(keyPage.row).toHaveCount(1)
  await expect(keyPage.row).toContainText('Service provider', { ignoreCase: true })
  await expect(page).toHaveURL(/\/o\/\d+\/api-key$/)

  await page.context().clearCookies()
  await page.goto('about:blank')
  await page.goto(link)
  await expect(page.getByText('This link has been used')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Set up' })).toHaveCount(0)

  // Nor does it work for who sends it to the API.
  const token = link.split('#')[1]
  const body = JSON.stringify({ token, organization: 'Another', cloud: CLOUD, username: 'mallory', password: ADMIN.password })
  const headers = { 'content-type': 'application/json', 'x-keyward': '1' }
  const answer = await fetch(`${keyward.url}/api/portal/setup`, { method: 'POST', headers, body })
  expect(answer.status).toBe(403)
})

test('the secret of the link leaves the address bar, and a reload loses nothing', async ({ page, keyward, guard }) => {
  guard.expectStatus(401)
  await page.goto(await keyward.setupLink())
  await expect(page.getByLabel('Organization name')).toBeVisible()
  await expect(page).toHaveURL(/\/setup$/)
  await page.reload()
  await expect(page.getByLabel('Organization name')).toBeVisible()
})

test('says beside each field what is wrong with it', async ({ page, keyward, guard }) => {
  guard.expectStatus(401)
  await page.goto(await keyward.setupLink())
  await page.getByLabel('Organization name').fill(ORGANIZATION)
  await page.getByLabel('Cloud name').fill('Not a cloud')
  await page.getByLabel('User name').fill('two words')
  await page.getByLabel('Password', { exact: true }).fill('short')
  await page.getByRole('button', { name: 'Set up' }).click()
  await expect(page.getByLabel('Cloud name')).toHaveAccessibleDescription(/DNS name in lower case/)
  await expect(page.getByLabel('User name')).toHaveAccessibleDescription(/no spaces/)
  await expect(page.getByLabel('Password', { exact: true })).toHaveAccessibleDescription(/at least 12 characters/)
  await expect(page.getByLabel('Organization name')).toHaveValue(ORGANIZATION)
})

test('a wrong link says so before anything is filled in', async ({ page, keyward, guard }) => {
  guard.expectStatus(401, 403)
  await page.goto(`${keyward.url}/setup#wrong`)
  await expect(page.getByText('This link is no longer valid')).toBeVisible()
  await expect(page).toHaveTitle('Link not valid · Keyward')
  await expect(page.getByLabel('Organization name')).toBeHidden()
})

test('without the link there is nothing to sign in to', async ({ page, keyward, guard }) => {
  guard.expectStatus(401)
  await page.goto(keyward.url)
  await expect(page.getByRole('heading', { name: 'Not set up yet' })).toBeVisible()
  await expect(page).toHaveTitle('Not set up yet · Keyward')
})
