import { KeyPage } from '../harness/keyPage.ts'
import { ADMIN } from '../harness/keyward.ts'
import { expectFits, expectNoFindings } from '../harness/looks.ts'
import { expect, test } from '../harness/test.ts'

const WRONG = 'The password is wrong.'

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme, viewport: { width: 360, height: 640 } })

    test('what weighs much asks for the password, and then goes on by itself', async ({ keyPage: page, keyward, guard }) => {
      guard.expectStatus(403)
      const keyPage = new KeyPage(page)
      await keyPage.regenerate.click()
      await keyward.agePasswords()
      await keyPage.confirm('Regenerate').click()
      const ask = page.getByRole('dialog', { name: 'Enter your password' })
      await expect(ask.getByLabel('User name')).toHaveValue(ADMIN.username)
      await expect(ask.getByLabel('Password', { exact: true })).toBeFocused()
      await expectNoFindings(page)
      await expectFits(page)
      expect(await keyward.version()).toBe(1)

      await page.keyboard.type('wrong')
      await page.keyboard.press('Enter')
      await expect(ask.getByText(WRONG)).toBeVisible()
      await expect(ask.getByLabel('Password', { exact: true })).toHaveValue('wrong')
      await ask.getByLabel('Password', { exact: true }).fill(ADMIN.password)
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

test('whoever does not want to keeps what was typed, and nothing was done', async ({ keyPage: page, keyward, guard }) => {
  guard.expectStatus(403)
  const keyPage = new KeyPage(page)
  await keyPage.edit.click()
  await keyPage.newKey.fill('AbC123xYz789')
  await keyward.agePasswords()
  await keyPage.confirm('Replace key').click()
  const ask = page.getByRole('dialog', { name: 'Enter your password' })
  await expect(ask).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(ask).toBeHidden()
  await expect(keyPage.newKey).toHaveValue('AbC123xYz789')
  expect(await keyward.version()).toBe(1)
  await keyPage.confirm('Replace key').click()
  await ask.getByLabel('Password', { exact: true }).fill(ADMIN.password)
  await ask.getByRole('button', { name: 'Continue' }).click()
  await expect(page.getByText('Key changed').first()).toBeVisible()
  expect(await keyward.version()).toBe(2)
})

test('revealing asks too, and declining is no error', async ({ keyPage: page, keyward, guard }) => {
  guard.expectStatus(403)
  const keyPage = new KeyPage(page)
  await expect(keyPage.row).toHaveCount(1)
  await keyward.agePasswords()
  await keyPage.reveal.click()
  const ask = page.getByRole('dialog', { name: 'Enter your password' })
  await ask.getByRole('button', { name: 'Cancel' }).click()
  await expect(ask).toBeHidden()
  await expect(page.getByText('Enter your password again')).toHaveCount(0)
  await keyPage.reveal.click()
  await ask.getByLabel('Password', { exact: true }).fill(ADMIN.password)
  await page.keyboard.press('Enter')
  await keyPage.shownKey()
})

test('adding a key asks too', async ({ keyPage: page, keyward, guard }) => {
  guard.expectStatus(403, 404)
  const keyPage = new KeyPage(page)
  await keyPage.delete.click()
  await keyPage.confirm('Delete').click()
  await expect(keyPage.add).toBeEnabled()
  await keyward.agePasswords()
  await keyPage.add.click()
  const ask = page.getByRole('dialog', { name: 'Enter your password' })
  await ask.getByLabel('Password', { exact: true }).fill(ADMIN.password)
  await page.keyboard.press('Enter')
  await keyPage.shownKey()
})

test('a session that ends while the password is asked for is signed in to again', async ({ keyPage: page, keyward, guard }) => {
  guard.expectStatus(401, 403)
  const keyPage = new KeyPage(page)
  await keyPage.regenerate.click()
  await keyward.agePasswords()
  await keyPage.confirm('Regenerate').click()
  const ask = page.getByRole('dialog', { name: 'Enter your password' })
  await ask.getByLabel('Password', { exact: true }).fill(ADMIN.password)
  await keyward.endSessions()
  await page.keyboard.press('Enter')
  const signIn = page.getByRole('dialog', { name: 'Sign in again' })
  await signIn.getByLabel('Password', { exact: true }).fill(ADMIN.password)
  await signIn.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('dialog')).toHaveCount(0)
  expect(await keyward.version()).toBe(2)
})
