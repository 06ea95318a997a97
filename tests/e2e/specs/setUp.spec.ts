import { KeyPage } from '../harness/keyPage.ts'
import { ADMIN, CLOUD, ORGANIZATION } from '../harness/keyward.ts'
import { expect, test } from '../harness/test.ts'

test.use({ setUp: false })

test('the one-time link leads to a working key, and is dead afterwards', async ({ page, keyward, guard }) => {
  // Who opens the portal before is told that nothing is set up.
  guard.expectStatus(401, 403)
  const link = await keyward.setupLink()
  await page.goto(link)
  await page.getByLabel('Organization').fill(ORGANIZATION)
  await page.getByLabel('Cloud').fill(CLOUD)
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
  await page.getByLabel('Organization').fill('Another')
  await page.getByLabel('Cloud').fill(CLOUD)
  await page.getByLabel('User name').fill('mallory')
  await page.getByLabel('Password', { exact: true }).fill('a password of mine')
  await page.getByRole('button', { name: 'Set up' }).click()
  await expect(page.getByRole('alert')).toContainText('not valid')
})

test('says beside each field what is wrong with it', async ({ page, keyward, guard }) => {
  guard.expectStatus(401)
  await page.goto(await keyward.setupLink())
  await page.getByLabel('Organization').fill(ORGANIZATION)
  await page.getByLabel('Cloud').fill('Not a cloud')
  await page.getByLabel('User name').fill('two words')
  await page.getByLabel('Password', { exact: true }).fill('short')
  await page.getByRole('button', { name: 'Set up' }).click()
  await expect(page.getByLabel('Cloud')).toHaveAccessibleDescription(/DNS name in lower case/)
  await expect(page.getByLabel('User name')).toHaveAccessibleDescription(/no spaces/)
  await expect(page.getByLabel('Password', { exact: true })).toHaveAccessibleDescription(/at least 8 characters/)
  await expect(page.getByLabel('Organization')).toHaveValue(ORGANIZATION)
})

test('without the link there is nothing to sign in to', async ({ page, keyward, guard }) => {
  guard.expectStatus(401)
  await page.goto(keyward.url)
  await expect(page.getByText(/not set up yet/)).toBeVisible()
})
