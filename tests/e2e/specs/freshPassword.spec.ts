import { KeyPage } from '../harness/keyPage.ts'
import { ADMIN } from '../harness/keyward.ts'
import { expectFits, expectNoFindings } from '../harness/looks.ts'
import { expect, test } from '../harness/test.ts'
import { text } from '../harness/text.ts'

const WRONG = text('problems.wrong-password')

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme, viewport: { width: 360, height: 640 } })

    test('a sensitive operation re-authenticates, then continues', async ({ keyPage: page, keyward, guard }) => {
      guard.expectStatus(403)
      const keyPage = new KeyPage(page)
      await keyPage.regenerate.click()
      await keyward.agePasswords()
      await keyPage.confirm(text('common.regenerate')).click()
      const ask = page.getByRole('dialog', { name: text('interrupted.password-title') })
      await expect(ask.getByLabel(text('sign-in.user-name'))).toHaveValue(ADMIN.username)
      await expect(ask.getByLabel(text('sign-in.password'), { exact: true })).toBeFocused()
      await expectNoFindings(page)
      await expectFits(page)
      expect(await keyward.version()).toBe(1)

      await page.keyboard.type('wrong')
      await page.keyboard.press('Enter')
      await expect(ask.getByText(WRONG)).toBeVisible()
      await expect(ask.getByLabel(text('sign-in.password'), { exact: true })).toHaveValue('wrong')
      await ask.getByLabel(text('sign-in.password'), { exact: true }).fill(ADMIN.password)
      await page.keyboard.press('Enter')
      await expect(page.getByRole('dialog')).toHaveCount(0)
      await keyPage.shownKey()
      expect(await keyward.version()).toBe(2)

      // For a time it is not asked again.
      await keyPage.doRegenerate()
      expect(await keyward.version()).toBe(3)
    })
  })
}

test('declining re-authentication changes nothing', async ({ keyPage: page, keyward, guard }) => {
  guard.expectStatus(403)
  const keyPage = new KeyPage(page)
  await keyPage.edit.click()
  await keyPage.newKey.fill('AbC123xYz789')
  await keyward.agePasswords()
  await keyPage.confirm(text('api-key.replace')).click()
  const ask = page.getByRole('dialog', { name: text('interrupted.password-title') })
  await expect(ask).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(ask).toBeHidden()
  await expect(keyPage.newKey).toHaveValue('AbC123xYz789')
  expect(await keyward.version()).toBe(1)
  await keyPage.confirm(text('api-key.replace')).click()
  await ask.getByLabel(text('sign-in.password'), { exact: true }).fill(ADMIN.password)
  await ask.getByRole('button', { name: text('sign-in.go-on') }).click()
  await expect(page.getByText(text('api-key.edited')).first()).toBeVisible()
  expect(await keyward.version()).toBe(2)
})

test('revealing asks too, and declining is no error', async ({ keyPage: page, keyward, guard }) => {
  guard.expectStatus(403)
  const keyPage = new KeyPage(page)
  await expect(keyPage.row).toHaveCount(1)
  await keyward.agePasswords()
  await keyPage.reveal.click()
  const ask = page.getByRole('dialog', { name: text('interrupted.password-title') })
  await ask.getByRole('button', { name: text('common.cancel') }).click()
  await expect(ask).toBeHidden()
  await expect(page.getByText(text('interrupted.password-text'))).toHaveCount(0)
  await keyPage.reveal.click()
  await ask.getByLabel(text('sign-in.password'), { exact: true }).fill(ADMIN.password)
  await page.keyboard.press('Enter')
  await keyPage.shownKey()
})

test('adding a key asks too', async ({ keyPage: page, keyward, guard }) => {
  guard.expectStatus(403, 404)
  const keyPage = new KeyPage(page)
  await keyPage.delete.click()
  await keyPage.confirm(text('common.delete')).click()
  await expect(keyPage.add).toBeEnabled()
  await keyward.agePasswords()
  await keyPage.add.click()
  const ask = page.getByRole('dialog', { name: text('interrupted.password-title') })
  await ask.getByLabel(text('sign-in.password'), { exact: true }).fill(ADMIN.password)
  await page.keyboard.press('Enter')
  await keyPage.shownKey()
})

test('a session that ends during re-authentication is renewed', async ({ keyPage: page, keyward, guard }) => {
  guard.expectStatus(401, 403)
  const keyPage = new KeyPage(page)
  await keyPage.open(keyPage.regenerate)
  await keyward.agePasswords()
  await keyPage.confirm(text('common.regenerate')).click()
  const ask = page.getByRole('dialog', { name: text('interrupted.password-title') })
  await ask.getByLabel(text('sign-in.password'), { exact: true }).fill(ADMIN.password)
  await keyward.endSessions()
  await page.keyboard.press('Enter')
  const signIn = page.getByRole('dialog', { name: text('interrupted.sign-in-title') })
  await signIn.getByLabel(text('sign-in.password'), { exact: true }).fill(ADMIN.password)
  await signIn.getByRole('button', { name: text('common.sign-in') }).click()
  await expect(page.getByRole('dialog')).toHaveCount(0)
  expect(await keyward.version()).toBe(2)
})
