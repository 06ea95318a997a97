import { KeyPage } from '../harness/keyPage.ts'
import { expectFits } from '../harness/looks.ts'
import { expect, test } from '../harness/test.ts'

test.use({ viewport: { width: 360, height: 640 } })

test('on a phone nothing has to be moved sideways', async ({ keyPage: page, keyward, alice }) => {
  const keyPage = new KeyPage(page)
  await expect(keyPage.row).toHaveCount(1)
  await expectFits(page)
  await keyPage.reveal.click()
  await keyPage.shownKey()
  await expectFits(page)
  for (const button of [keyPage.edit, keyPage.regenerate, keyPage.delete]) {
    await button.click()
    await expect(keyPage.dialog).toBeVisible()
    await expectFits(page)
    await expect(keyPage.confirm('Cancel')).toBeInViewport()
    await page.keyboard.press('Escape')
  }
  for (const path of [`o/${alice.organization}/oauth-servers`, `o/${alice.organization}/sandbox-tokens`, 'account']) {
    await page.goto(`${keyward.url}/${path}`)
    await expect(page.getByRole('main')).toBeVisible()
    await expectFits(page)
  }
})

test('on a phone the key can be regenerated', async ({ keyPage: page, alice }) => {
  const keyPage = new KeyPage(page)
  await keyPage.doRegenerate()
  expect(await keyPage.shownKey()).toBe(await alice.reveal())
})

test('sign-in fits a phone', async ({ page, keyward, guard }) => {
  guard.expectStatus(401)
  await page.goto(keyward.url)
  await expect(page.getByLabel('User name')).toBeVisible()
  await expectFits(page)
})
