import { KeyPage } from '../harness/keyPage.ts'
import { expectNoFindings } from '../harness/looks.ts'
import { expect, openKeyPage, test } from '../harness/test.ts'

// Each look of axe takes a second or two, and some tests have it look ten times.
test.slow()

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme })

    test('sign-in, and its error', async ({ page, keyward, guard }) => {
      guard.expectStatus(401)
      await page.goto(keyward.url)
      await expect(page.getByLabel('User name')).toBeVisible()
      await expectNoFindings(page)
      await page.getByLabel('User name').fill('nobody')
      await page.getByLabel('Password', { exact: true }).fill('wrong password')
      await page.getByRole('button', { name: 'Sign in' }).click()
      await expect(page.getByRole('main').getByRole('alert')).toBeVisible()
      await expectNoFindings(page)
    })

    test.describe('before anything is set up', () => {
      test.use({ setUp: false })
      test('set-up', async ({ page, keyward, guard }) => {
        guard.expectStatus(401)
        await page.goto(await keyward.setupLink())
        await expect(page.getByLabel('Cloud name')).toBeVisible()
        await expectNoFindings(page)
        await page.getByRole('button', { name: 'Set up' }).click()
        await expectNoFindings(page)
      })
    })

    test('the key page: masked, revealed, each dialog, no key', async ({ keyPage: page, guard }) => {
      guard.expectStatus(404)
      const keyPage = new KeyPage(page)
      await expect(keyPage.row).toHaveCount(1)
      await expectNoFindings(page)
      await keyPage.reveal.click()
      await keyPage.shownKey()
      await expectNoFindings(page)
      for (const button of [keyPage.edit, keyPage.regenerate, keyPage.delete]) {
        await button.click()
        await expect(keyPage.dialog).toBeVisible()
        await expectNoFindings(page)
        await page.keyboard.press('Escape')
      }
      await keyPage.edit.click()
      await keyPage.newKey.fill('short')
      await keyPage.confirm('Replace key').click()
      await expect(keyPage.newKey).toHaveAttribute('aria-invalid', 'true')
      await expectNoFindings(page)
      await keyPage.confirm('Cancel').click()
      await keyPage.delete.click()
      await keyPage.confirm('Delete').click()
      await expect(keyPage.add).toBeVisible()
      await expectNoFindings(page)
    })

    test('the other pages', async ({ keyPage: page, keyward, alice }) => {
      await expect(new KeyPage(page).row).toHaveCount(1)
      for (const path of [`o/${alice.organization}/oauth-servers`, `o/${alice.organization}/sandbox-tokens`, 'account', 'no/such/page']) {
        await page.goto(`${keyward.url}/${path}`)
        await expect(page.getByRole('heading', { level: 1 }).or(page.getByRole('heading', { level: 2 })).first()).toBeVisible()
        await expectNoFindings(page)
      }
    })

    for (const state of ['disabled', 'expired', 'none', 'view only'] as const) {
      test(`the key page: ${state}`, async ({ page, keyward, alice, guard }) => {
        guard.expectStatus(403)
        if (state === 'disabled') await keyward.key('disable')
        else if (state === 'view only') await keyward.permission('READ_ONLY')
        else await keyward.subscription(state)
        await openKeyPage(page, keyward.url, alice)
        if (state === 'none') await expect(page.getByText('No API subscription')).toBeVisible()
        else await expect(new KeyPage(page).row).toHaveCount(1)
        await expectNoFindings(page)
      })
    }
  })
}
