import { KeyPage } from '../harness/keyPage.ts'
import { expectNoFindings } from '../harness/looks.ts'
import { SandboxTokensPage } from '../harness/sandboxTokens.ts'
import { expect, test } from '../harness/test.ts'
import { text } from '../harness/text.ts'

test('Escape asks before it throws away what was entered', async ({ keyPage: page, keyward }) => {
  const keyPage = new KeyPage(page)
  const question = keyPage.dialog.getByRole('group', { name: text('controls.discard-question') })
  await keyPage.edit.click()
  await keyPage.newKey.fill('AbC123')
  await page.keyboard.press('Escape')
  await expect(question.getByRole('button', { name: text('controls.keep-editing') })).toBeFocused()
  await expectNoFindings(page)
  await page.keyboard.press('Enter')
  await expect(question).toHaveCount(0)
  await expect(keyPage.newKey).toBeFocused()
  await expect(keyPage.newKey).toHaveValue('AbC123')

  // However often it is pressed.
  for (let press = 0; press < 6; press++) await page.keyboard.press('Escape')
  await expect(keyPage.newKey).toHaveValue('AbC123')
  await page.keyboard.press('Escape')
  await question.getByRole('button', { name: text('controls.discard') }).click()
  await expect(keyPage.dialog).toBeHidden()
  await expect(keyPage.edit).toBeFocused()
  await keyPage.edit.click()
  await expect(keyPage.newKey).toHaveValue('')
  expect(await keyward.version()).toBe(1)
})

test('a click beside a dialog keeps what was entered', async ({ page, keyward, alice }) => {
  const tokens = await SandboxTokensPage.open(page, keyward.url, alice)
  await tokens.add.click()
  await page.mouse.click(5, 5)
  await expect(tokens.dialog).toBeHidden()
  await tokens.add.click()
  await tokens.name.fill('mail-gw')
  await page.mouse.click(5, 5)
  await expect(tokens.name).toHaveValue('mail-gw')
  await tokens.button(text('common.cancel')).click()
  await expect(tokens.dialog).toBeHidden()
})

test('dialogs about the key name the organization', async ({ keyPage: page }) => {
  const keyPage = new KeyPage(page)
  for (const [button, name, verb] of [
    [keyPage.edit, text('api-key.edit-title', { organization: 'Acme' }), text('api-key.replace')],
    [keyPage.regenerate, text('api-key.regenerate-title', { organization: 'Acme' }), text('common.regenerate')],
    [keyPage.delete, text('api-key.delete-title', { organization: 'Acme' }), text('common.delete')],
  ] as const) {
    await button.click()
    await expect(keyPage.dialog).toHaveAccessibleName(name)
    await expect(keyPage.confirm(verb)).toHaveClass(/button-danger/)
    await page.keyboard.press('Escape')
  }
})

test.describe('in a low window', () => {
  test.use({ viewport: { width: 360, height: 420 } })

  test('heading and buttons stay in sight while the rest scrolls', async ({ keyPage: page }) => {
    const keyPage = new KeyPage(page)
    await keyPage.edit.click()
    const seen = [keyPage.dialog.getByRole('heading', { level: 2 }), keyPage.confirm(text('common.cancel')), keyPage.confirm(text('api-key.replace'))]
    for (const end of [0, 10_000]) {
      await keyPage.dialog.evaluate((dialog, end) => dialog.scrollTo(0, end), end)
      for (const it of seen) await expect(it).toBeInViewport({ ratio: 1 })
    }
    expect(await keyPage.dialog.evaluate((dialog) => dialog.scrollHeight > dialog.clientHeight)).toBe(true)
  })
})
