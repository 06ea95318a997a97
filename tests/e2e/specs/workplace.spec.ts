import type { Page } from '@playwright/test'
import { KeyPage } from '../harness/keyPage.ts'
import { COLLEAGUE } from '../harness/keyward.ts'
import { SignInForm } from '../harness/signInForm.ts'
import { expect, test } from '../harness/test.ts'
import { saying, text, windowTitle } from '../harness/text.ts'

/** Where the organization that the admin works in shows, with the list to go to another. */
const switcher = (page: Page) => page.getByRole('button', { name: saying('controls.chosen', { label: text('common.organization'), choice: /.+/ }) })
const search = (page: Page) => page.getByRole('combobox', { name: text('frame.search-organizations') })
const options = (page: Page) => page.getByRole('listbox', { name: text('common.organization') }).getByRole('option')
const security = (page: Page) => page.getByRole('navigation', { name: text('frame.main') }).getByRole('link', { name: text('frame.security') })

const open = async (page: Page, name: string) => {
  await switcher(page).click()
  await options(page).filter({ hasText: name }).click()
  await expect(page).toHaveTitle(windowTitle(text('api-key.title'), name))
}

test.describe('an admin of several organizations', () => {
  test.beforeEach(async ({ keyward }) => {
    await keyward.addOrganizations(['Globex', 'Hooli'])
  })

  test('pages without an organization keep the last one', async ({ keyPage: page, keyward }) => {
    await open(page, 'Hooli')
    for (const [name, title] of [[text('frame.account-page'), windowTitle(text('frame.account-page'))], [text('frame.all-organizations'), windowTitle(text('frame.organizations'))]] as const) {
      if (name === 'Account') await page.getByRole('link', { name }).click()
      else {
        await switcher(page).click()
        await page.getByRole('link', { name }).click()
      }
      await expect(page).toHaveTitle(title)
      await expect(switcher(page)).toHaveText('Hooli')
      await page.reload()
      await expect(switcher(page)).toHaveText('Hooli')
      await security(page).click()
      await expect(page).toHaveTitle(windowTitle(text('api-key.title'), 'Hooli'))
    }
    await page.goto(`${keyward.url}/no/such/page`)
    await expect(switcher(page)).toHaveText('Hooli')
    await page.goto(keyward.url)
    await expect(page).toHaveTitle(windowTitle(text('api-key.title'), 'Hooli'))
  })

  test('begins with it after signing in again', async ({ keyPage: page, guard }) => {
    guard.expectStatus(401)
    await open(page, 'Hooli')
    await page.getByRole('button', { name: text('frame.sign-out') }).click()
    await new SignInForm(page).signIn()
    await expect(page).toHaveTitle(windowTitle(text('api-key.title'), 'Hooli'))
  })

  test('each tab has its own organization', async ({ keyPage: page, context, keyward }) => {
    await open(page, 'Hooli')
    const other = await context.newPage()
    await other.goto(keyward.url)
    await open(other, 'Globex')
    await page.getByRole('link', { name: text('frame.account-page') }).click()
    await expect(switcher(page)).toHaveText('Hooli')
    await page.reload()
    await expect(switcher(page)).toHaveText('Hooli')
  })

  test('finds one by the keyboard alone', async ({ keyPage: page }) => {
    await expect(new KeyPage(page).row).toHaveCount(1)
    await switcher(page).focus()
    await page.keyboard.press('Enter')
    await expect(search(page)).toBeFocused()
    const chosen = () => options(page).and(page.locator('[aria-selected=true]'))
    await expect(chosen()).toHaveText('Acme')
    await page.keyboard.press('End')
    await expect(chosen()).toHaveText('Hooli')
    await page.keyboard.press('ArrowDown')
    await expect(chosen()).toHaveText('Acme')
    await expect(search(page)).toHaveAttribute('aria-activedescendant', (await chosen().getAttribute('id')) ?? '')
    await page.keyboard.type('LOB')
    await expect(options(page)).toHaveText(['Globex'])
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await expect(page).toHaveTitle(windowTitle(text('api-key.title'), 'Globex'))
    await expect(search(page)).toBeHidden()
    await switcher(page).click()
    // The last one first.
    await expect(options(page)).toHaveText(['Globex', 'Acme', 'Hooli'])
    await page.keyboard.type('nowhere')
    await expect(page.getByText(text('controls.none-found'))).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(search(page)).toBeHidden()
    await expect(switcher(page)).toBeFocused()
  })

  test('an organization without a role says so, with a way back', async ({ keyPage: page, keyward, guard }) => {
    guard.expectStatus(404)
    await open(page, 'Hooli')
    await page.goto(`${keyward.url}/o/999999999/api-key`)
    await expect(page.getByText(text('frame.no-organization-title'))).toBeVisible()
    await expect(page.getByRole('navigation', { name: text('frame.security') })).toHaveCount(0)
    await expect(switcher(page)).toHaveText('Hooli')
    await security(page).click()
    await expect(page).toHaveTitle(windowTitle(text('api-key.title'), 'Hooli'))
  })
})

test('a role that was given since the page was opened counts', async ({ keyPage: page, keyward, alice }) => {
  await expect(new KeyPage(page).row).toHaveCount(1)
  await keyward.addOrganizations(['Globex'])
  const id = await keyward.sql("SELECT id FROM organizations WHERE name = 'Globex'")
  // As a link within the page does, so that the page stays.
  await page.evaluate((address) => {
    history.pushState(null, '', address)
    dispatchEvent(new PopStateEvent('popstate'))
  }, `o/${id}/api-key`)
  await expect(page).toHaveTitle(windowTitle(text('api-key.title'), 'Globex'))
  await expect(new KeyPage(page).row).toHaveCount(1)
  expect(Number(id)).not.toBe(alice.organization)
})

test('the next admin doesn\'t start where the last one stopped', async ({ keyPage: page, keyward, guard }) => {
  guard.expectStatus(401)
  await keyward.addColleague()
  await page.getByRole('navigation', { name: text('frame.main') }).getByRole('link', { name: text('administrators.title') }).click()
  await expect(page.getByRole('heading', { level: 1, name: text('administrators.title') })).toBeVisible()
  await page.getByRole('button', { name: text('frame.sign-out') }).click()
  await expect(page).toHaveURL(/\/sign-in$/)
  await new SignInForm(page).signIn(COLLEAGUE)
  await expect(new KeyPage(page).row).toHaveCount(1)
})

test('an admin without access to the page starts at home', async ({ page, keyward, alice, guard }) => {
  guard.expectStatus(401)
  await keyward.role('Auditor')
  await page.goto(`${keyward.url}/o/${alice.organization}/administrators`)
  await expect(page).toHaveURL(/next=/)
  await new SignInForm(page).signIn()
  await expect(page).toHaveURL(/\/api-key$/)
})

test('a role for API clients alone says so', async ({ page, keyward, alice }) => {
  await keyward.role('API Client Admin')
  await page.context().addCookies([alice.cookieFor(keyward.url)])
  await page.goto(keyward.url)
  await expect(page.getByText(text('frame.api-only-title'))).toBeVisible()
  await page.getByRole('link', { name: text('frame.account-page') }).click()
  await expect(page.getByRole('heading', { level: 1, name: text('frame.account-page') })).toBeVisible()
})
