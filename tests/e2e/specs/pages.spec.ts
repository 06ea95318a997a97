import type { Page } from '@playwright/test'
import { KeyPage } from '../harness/keyPage.ts'
import { expect, test } from '../harness/test.ts'
import { text, windowTitle } from '../harness/text.ts'

const rail = (page: Page) => page.getByRole('navigation', { name: text('frame.main') }).getByRole('link')

test('each page is reached by its link in either program', async ({ keyPage: page, alice }) => {
  const keyPage = new KeyPage(page)
  await expect(keyPage.row).toHaveCount(1)
  await expect(rail(page)).toHaveText([text('frame.security'), text('administrators.title'), text('roles.title'), text('frame.audit-log')])
  for (const [name, path] of [[text('administrators.title'), 'administrators'], [text('roles.title'), 'roles'], [text('frame.audit-log'), 'audit-log']] as const) {
    await rail(page).filter({ hasText: name }).click()
    await expect(page).toHaveURL(new RegExp(`/o/${alice.organization}/${path}$`))
    await expect(page.getByRole('heading', { level: 1, name })).toBeVisible()
    await expect(rail(page).filter({ hasText: name })).toHaveAttribute('aria-current', 'true')
    await expect(page).toHaveTitle(windowTitle(name, 'Acme'))
  }
  await page.goBack()
  await expect(page.getByRole('heading', { level: 1, name: text('roles.title') })).toBeVisible()
  await page.goBack()
  await page.goBack()
  await expect(keyPage.row).toHaveCount(1)
  await page.goForward()
  await expect(page.getByRole('heading', { level: 1, name: text('administrators.title') })).toBeVisible()
  await page.reload()
  await expect(page.getByRole('heading', { level: 1, name: text('administrators.title') })).toBeVisible()
  // The key page works from there as well.
  await rail(page).first().click()
  await keyPage.doRegenerate()
  await keyPage.shownKey()
})

test('a page that is left before it is drawn leaves no work behind', async ({ page, keyward, alice }) => {
  // As in a browser under load.
  await page.addInitScript(() => {
    const next = window.requestAnimationFrame.bind(window)
    window.requestAnimationFrame = (call) => window.setTimeout(() => next(call), 400)
  })
  await page.context().addCookies([alice.cookieFor(keyward.url)])
  await page.goto(`${keyward.url}/o/${alice.organization}/audit-log`)
  const cells = page.getByRole('table', { name: text('audit-log.caption') }).getByRole('cell')
  for (let index = 0; index < 3; index += 1) {
    await cells.first().waitFor()
    await rail(page).nth(index).click()
    await page.goBack()
  }
  await rail(page).first().click()
  await expect(new KeyPage(page).row).toHaveCount(1)
  // Every late frame has come.
  await page.evaluate(() => new Promise((resolve) => window.requestAnimationFrame(resolve)))
})

for (const [role, pages] of [
  ['Key Manager', [text('frame.security')]],
  ['Auditor', [text('frame.security'), text('frame.audit-log')]],
] as const) {
  test(`${role} has the pages of the role, and begins at the first`, async ({ page, keyward, alice }) => {
    await keyward.role(role)
    await page.context().addCookies([alice.cookieFor(keyward.url)])
    await page.goto(keyward.url)
    await expect(page).toHaveURL(/\/api-key$/)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await expect(rail(page)).toHaveText([...pages])
  })
}

test('on a phone the drawer has the same', async ({ keyPage: page }) => {
  await page.setViewportSize({ width: 360, height: 640 })
  await expect(new KeyPage(page).row).toHaveCount(1)
  await page.getByRole('button', { name: text('frame.menu'), exact: true }).click()
  const drawer = page.getByRole('dialog', { name: text('frame.menu') })
  await drawer.getByRole('link', { name: text('roles.title') }).click()
  await expect(page.getByRole('heading', { level: 1, name: text('roles.title') })).toBeVisible()
  await expect(drawer).toBeHidden()
})
