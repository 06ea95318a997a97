import { AdministratorsPage } from '../harness/administration.ts'
import { askAgain } from '../harness/askAgain.ts'
import { expectFits, expectNoFindings } from '../harness/looks.ts'
import { expect, test } from '../harness/test.ts'
import { text, windowTitle } from '../harness/text.ts'

const NEW = { username: 'carol', password: 'her very own password' }

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme, viewport: { width: 360, height: 640 } })

    test('an invited admin sets a password and has the role', async ({ page, alice, guard }) => {
      guard.expectStatus(401, 403)
      const link = await alice.invite(NEW.username, 'Auditor')
      await page.goto(link)
      const main = page.getByRole('main')
      await expect(main).toContainText(text('invitation.invited-as', { organization: 'Acme', role: 'Auditor' }))
      await expect(page).toHaveURL(/\/invitation$/)
      await expect(page).toHaveTitle(windowTitle(text('invitation.title')))
      await expect(page.getByLabel(text('invitation.user-name'))).toHaveValue(NEW.username)
      const ground = (label: string) => page.getByLabel(label).evaluate((field) => getComputedStyle(field).backgroundColor)
      expect(await ground(text('invitation.user-name')), 'what can only be read looks so').not.toBe(await ground(text('invitation.new-password')))
      await expectNoFindings(page)
      await expectFits(page)
      const password = page.getByLabel(text('invitation.new-password'))
      await password.fill('short')
      await page.keyboard.press('Enter')
      await expect(password).toHaveAttribute('aria-invalid', 'true')
      await expect(password).toHaveValue('short')
      await expectNoFindings(page)
      // A reload loses nothing: the tab keeps the secret.
      await page.reload()
      await password.fill(NEW.password)
      await page.keyboard.press('Enter')
      await expect(page).toHaveURL(/\/o\/\d+\/api-key$/)
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible()

      await page.goto('about:blank')
      await page.goto(link)
      await expect(page.getByText(text('shared.link-not-valid-title'))).toBeVisible()
      await expect(page).toHaveTitle(windowTitle(text('shared.link-not-valid')))
      await expectNoFindings(page)
    })
  })
}

test('someone signed in as a different admin signs out first', async ({ page, keyward, alice, guard }) => {
  guard.expectStatus(401)
  const link = await alice.invite(NEW.username, 'Auditor')
  await page.context().addCookies([alice.cookieFor(keyward.url)])
  await page.goto(link)
  const main = page.getByRole('main')
  await expect(main).toContainText(text('invitation.sign-out-text', { from: 'alice', to: 'carol' }))
  await expect(page.getByLabel(text('invitation.new-password'))).toBeHidden()
  await expectNoFindings(page)
  await main.getByRole('button', { name: text('invitation.sign-out') }).click()
  await page.getByLabel(text('invitation.new-password')).fill(NEW.password)
  await main.getByRole('button', { name: text('invitation.accept') }).click()
  await expect(page).toHaveURL(/\/o\/\d+\/api-key$/)
  await expect(page.getByText(NEW.username, { exact: true }).first()).toBeVisible()
})

test('the field with a link shows its start', async ({ page, keyward, alice }) => {
  await page.setViewportSize({ width: 360, height: 740 })
  const admins = await AdministratorsPage.open(page, keyward.url, alice)
  await admins.invite.click()
  await admins.name.fill(NEW.username)
  await admins.role('Auditor').check()
  await admins.button(text('administrators.invite')).click()
  await expect(admins.link).toBeFocused()
  expect(await admins.link.evaluate((field: HTMLInputElement) => [field.scrollWidth > field.clientWidth, field.scrollLeft])).toEqual([true, 0])
})

test('a taken user name gets an account for this organization', async ({ page, keyward, alice, guard }) => {
  guard.expectStatus(401)
  await keyward.addColleague()
  await keyward.addOrganizations(['Globex'])
  const globex = Number(await keyward.sql("SELECT id FROM organizations WHERE name = 'Globex'"))
  await page.goto(await alice.in(globex).invite('bob', 'Key Manager'))
  await page.getByLabel(text('invitation.new-password')).fill(NEW.password)
  await page.getByRole('button', { name: text('invitation.accept') }).click()
  await expect(page.getByText(text('invitation.renamed', { name: `bob/${globex}` }))).toBeVisible()
  await page.getByRole('link', { name: text('invitation.go-on') }).click()
  await expect(page).toHaveURL(/\/o\/\d+\/api-key$/)
})

test('a link without its secret says so', async ({ page, keyward, guard }) => {
  guard.expectStatus(401)
  await page.goto(`${keyward.url}/invitation`)
  await expect(page.getByText(text('shared.link-incomplete-title'))).toBeVisible()
  await expect(page).toHaveTitle(windowTitle(text('shared.link-incomplete')))
})

test('a page that can not ask says so and asks again', async ({ page, alice, guard }) => {
  guard.expectNetworkErrors()
  guard.expectStatus(401)
  const link = await alice.invite(NEW.username, 'Auditor')
  const asked = '**/api/portal/invitation/read'
  await page.route(asked, (route) => route.abort())
  await page.goto(link)
  await expect(page.getByText(text('frame.failed-title'))).toBeVisible()
  await page.unroute(asked)
  await askAgain(page)
  await expect(page.getByLabel(text('invitation.new-password'))).toBeVisible()
})
