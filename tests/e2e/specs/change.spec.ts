import { KeyPage } from '../harness/keyPage.ts'
import { ADMIN } from '../harness/keyward.ts'
import { expect, test } from '../harness/test.ts'
import { saying, text } from '../harness/text.ts'

test('regenerate makes a new key, shows it, and says who did it', async ({ keyPage: page, alice, keyward }) => {
  const before = await alice.reveal()
  const keyPage = new KeyPage(page)
  await keyPage.regenerate.click()
  await expect(keyPage.dialog).toContainText(text('api-key.breaks'))
  await keyPage.confirm(text('common.regenerate')).click()
  await expect(keyPage.dialog).toBeHidden()
  const shown = await keyPage.shownKey()
  expect(shown).not.toBe(before)
  expect(shown).toBe(await alice.reveal())
  await expect(keyPage.row).toContainText(ADMIN.username)
  expect(await keyward.version()).toBe(2)
})

test('edit sets the entered key', async ({ keyPage: page, alice }) => {
  const keyPage = new KeyPage(page)
  await keyPage.edit.click()
  await expect(keyPage.dialog).toHaveAccessibleName(saying('api-key.edit-title', { organization: /.+/ }))
  await keyPage.newKey.fill('AbC123xYz789')
  await keyPage.confirm(text('api-key.replace')).click()
  await expect(keyPage.dialog).toBeHidden()
  expect(await alice.reveal()).toBe('AbC123xYz789')
  await expect(keyPage.row).toContainText(ADMIN.username)
})

test('delete leaves no key, and one click adds another', async ({ keyPage: page, alice, guard }) => {
  guard.expectStatus(404)
  const before = await alice.reveal()
  const keyPage = new KeyPage(page)
  await expect(keyPage.row).toHaveCount(1)
  await expect(keyPage.add).toHaveCount(0)
  await keyPage.delete.click()
  await keyPage.confirm(text('common.delete')).click()
  await expect(keyPage.dialog).toBeHidden()
  await expect(keyPage.row).toHaveCount(0)

  await keyPage.add.click()
  await expect(keyPage.row).toHaveCount(1)
  const shown = await keyPage.shownKey()
  expect(shown).toBe(await alice.reveal())
  expect(shown).not.toBe(before)
  await expect(keyPage.add).toHaveCount(0)
})

test('a dialog that is cancelled changes nothing', async ({ keyPage: page, keyward }) => {
  const keyPage = new KeyPage(page)
  for (const button of [keyPage.regenerate, keyPage.delete, keyPage.edit]) {
    await button.click()
    await keyPage.confirm(text('common.cancel')).click()
    await expect(keyPage.dialog).toBeHidden()
    await button.click()
    await page.keyboard.press('Escape')
    await expect(keyPage.dialog).toBeHidden()
    await expect(button).toBeFocused()
  }
  expect(await keyward.version()).toBe(1)
})

for (const action of [text('common.regenerate'), text('common.delete')] as const) {
  test(`a double click on ${action} makes one change`, async ({ keyPage: page, keyward, guard }) => {
    guard.expectStatus(404)
    const keyPage = new KeyPage(page)
    await keyPage[action === 'Delete' ? 'delete' : 'regenerate'].click()
    await keyPage.confirm(action).dblclick()
    await expect(keyPage.dialog).toBeHidden()
    await expect(page.getByText(new RegExp(`${text('api-key.regenerated')}|${text('api-key.removed')}`)).first()).toBeVisible()
    expect(await keyward.version()).toBe(2)
  })
}

test('a double click on add makes one key', async ({ page, keyward, alice, guard }) => {
  guard.expectStatus(404)
  await alice.delete()
  await page.context().addCookies([alice.cookieFor(keyward.url)])
  await page.goto(`${keyward.url}/o/${alice.organization}/api-key`)
  const keyPage = new KeyPage(page)
  await keyPage.add.dblclick()
  await expect(keyPage.row).toHaveCount(1)
  expect(await keyward.version()).toBe(3)
})
