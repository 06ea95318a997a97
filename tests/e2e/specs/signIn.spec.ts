import { hold } from '../harness/hold.ts'
import { KeyPage } from '../harness/keyPage.ts'
import { ADMIN } from '../harness/keyward.ts'
import { SignInForm } from '../harness/signInForm.ts'
import { expect, test } from '../harness/test.ts'
import { text } from '../harness/text.ts'

test('a wrong password stays to be corrected', async ({ page, keyward, guard }) => {
  guard.expectStatus(401)
  await page.goto(keyward.url)
  const form = new SignInForm(page)
  await form.signIn({ ...ADMIN, password: 'wrong password' })
  await expect(page.getByRole('main').getByRole('alert')).toHaveText(text('problems.sign-in-failed'))
  await expect(form.username).toHaveValue(ADMIN.username)

  await form.signIn()
  await expect(new KeyPage(page).row).toHaveCount(1)
  await expect(page).toHaveTitle(/Cloud Service API Key · Acme/)
})

test('a late frame takes no focus from someone who types', async ({ page, keyward, guard }) => {
  guard.expectStatus(401)
  // As in a browser under load.
  await page.addInitScript(() => {
    const next = window.requestAnimationFrame.bind(window)
    window.requestAnimationFrame = (call) => window.setTimeout(() => next(call), 2000)
  })
  await page.goto(keyward.url)
  const form = new SignInForm(page)
  await form.username.click()
  await page.keyboard.type(ADMIN.username)
  await page.keyboard.press('Tab')
  await page.keyboard.type('correct ')
  // Every late frame has come.
  await page.evaluate(() => new Promise((resolve) => window.requestAnimationFrame(resolve)))
  await page.keyboard.type('horse')
  await expect(form.username).toHaveValue(ADMIN.username)
  await expect(form.password).toHaveValue('correct horse')
})

test('a late answer about no session ends no sign-in', async ({ page, keyward, guard }) => {
  guard.expectStatus(401)
  const session = '**/api/portal/session'
  const late = await hold(page, session)
  await page.goto(`${keyward.url}/sign-in`)
  await late.given
  // The next ones arrive in time.
  await page.route(session, (route) => route.continue())
  await new SignInForm(page).signIn()
  await expect(new KeyPage(page).row).toHaveCount(1)
  const told = page.waitForResponse((answer) => answer.url().endsWith('/api/portal/session') && answer.status() === 401)
  late.release()
  await (await told).finished()
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)))
  await expect(page.getByRole('button', { name: text('frame.sign-out') })).toBeVisible()
  await expect(new KeyPage(page).row).toHaveCount(1)
})

test('the fifth failure locks the account for any password', async ({ page, keyward, guard }) => {
  guard.expectStatus(401, 429)
  await page.goto(keyward.url)
  const form = new SignInForm(page)
  for (let attempt = 1; attempt <= 5; attempt++) {
    await Promise.all([
      page.waitForResponse((answer) => answer.url().endsWith('/session') && answer.request().method() === 'POST'),
      form.signIn({ ...ADMIN, password: `wrong password ${attempt}` }),
    ])
    await expect(page.getByRole('main').getByRole('alert')).toBeVisible()
    await expect(form.submit).toBeEnabled()
  }
  await form.signIn()
  await expect(page.getByRole('main').getByRole('alert')).toContainText(text('problems.account-locked'))
  await expect(page.getByRole('main').getByRole('alert')).toContainText(/5 minutes/)
})

test('a deep link comes back after sign-in', async ({ page, keyward, alice, guard }) => {
  guard.expectStatus(401)
  await page.goto(`${keyward.url}/o/${alice.organization}/oauth-servers`)
  await new SignInForm(page).signIn()
  await expect(page).toHaveURL(new RegExp(`/o/${alice.organization}/oauth-servers$`))
  await expect(page.getByRole('heading', { name: text('oauth-servers.title') })).toBeVisible()
})

test('a link to elsewhere is not followed after sign-in', async ({ page, keyward, guard }) => {
  guard.expectStatus(401)
  await page.goto(`${keyward.url}/sign-in?next=${encodeURIComponent('//evil.example/')}`)
  await new SignInForm(page).signIn()
  await expect(new KeyPage(page).row).toHaveCount(1)
  expect(new URL(page.url()).origin).toBe(keyward.url)
})

test('sign-out ends the session at the server', async ({ keyPage, keyward, guard }) => {
  guard.expectStatus(401)
  const [cookie] = await keyPage.context().cookies()
  await keyPage.getByRole('button', { name: text('frame.sign-out') }).click()
  await expect(new SignInForm(keyPage).username).toBeVisible()
  const answer = await fetch(`${keyward.url}/api/portal/session`, {
    headers: { cookie: `${cookie?.name}=${cookie?.value}` },
  })
  expect(answer.status).toBe(401)

  await keyPage.goBack()
  await expect(new KeyPage(keyPage).row).toHaveCount(0)
})
