import { KeyPage } from '../harness/keyPage.ts'
import { expectNoFindings } from '../harness/looks.ts'
import { expect, openKeyPage, test } from '../harness/test.ts'
import { text } from '../harness/text.ts'

// Each look of axe takes a second or two, and some tests have it look ten times.
test.slow()

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme })

    test('sign-in, and its error', async ({ page, keyward, guard }) => {
      guard.expectStatus(401)
      await page.goto(keyward.url)
      await expect(page.getByLabel(text('sign-in.user-name'))).toBeVisible()
      await expectNoFindings(page)
      await page.getByLabel(text('sign-in.user-name')).fill('nobody')
      await page.getByLabel(text('sign-in.password'), { exact: true }).fill('wrong password')
      await page.getByRole('button', { name: text('common.sign-in') }).click()
      await expect(page.getByRole('main').getByRole('alert')).toBeVisible()
      await expectNoFindings(page)
    })

    test.describe('before anything is set up', () => {
      test.use({ setUp: false })
      test('set-up', async ({ page, keyward, guard }) => {
        guard.expectStatus(401)
        await page.goto(await keyward.setupLink())
        await expect(page.getByLabel(text('setup.cloud-name'))).toBeVisible()
        await expectNoFindings(page)
        await page.getByRole('button', { name: text('setup.set-up') }).click()
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
      await keyPage.confirm(text('api-key.replace')).click()
      await expect(keyPage.newKey).toHaveAttribute('aria-invalid', 'true')
      await expectNoFindings(page)
      await keyPage.confirm(text('common.cancel')).click()
      await keyPage.delete.click()
      await keyPage.confirm(text('common.delete')).click()
      await expect(keyPage.add).toBeVisible()
      await expectNoFindings(page)
    })

    test('the other pages', async ({ keyPage: page, keyward, alice }) => {
      await expect(new KeyPage(page).row).toHaveCount(1)
      for (const path of [`o/${alice.organization}/oauth-servers`, `o/${alice.organization}/sandbox-tokens`, `o/${alice.organization}/getting-started`, 'account', 'no/such/page']) {
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
        if (state === 'none') await expect(page.getByText(text('frame.no-subscription'))).toBeVisible()
        else await expect(new KeyPage(page).row).toHaveCount(1)
        await expectNoFindings(page)
      })
    }
  })
}
