import { KeyPage } from '../harness/keyPage.ts'
import { expect, test } from '../harness/test.ts'
import { text } from '../harness/text.ts'

const BAD: [name: string, key: string, says: RegExp][] = [
  ['nothing', '', new RegExp(text('api-key.wrong-length', { length: 0 }))],
  ['11 characters', 'AbC123xYz78', new RegExp(text('api-key.wrong-length', { length: 11 }))],
  ['13 characters', 'AbC123xYz7890', new RegExp(text('api-key.wrong-length', { length: 13 }))],
  ['a space at its end', 'AbC123xYz78 ', new RegExp(text('api-key.outer-space'))],
  ['an umlaut', 'AbC123xYz78ä', new RegExp(text('api-key.wrong-character', { place: 12 }))],
  ['full-width digits', 'AbC123xYz78９', new RegExp(text('api-key.wrong-character', { place: 12 }))],
  ['a line feed', 'AbC123\nxYz78', /12 characters|Character 7/],
  ['markup', '<b>bold</b>1', new RegExp(text('api-key.wrong-character', { place: 1 }))],
]

for (const [name, key, says] of BAD) {
  test(`${name}: the field says what is wrong, and nothing is sent`, async ({ keyPage: page, keyward }) => {
    const keyPage = new KeyPage(page)
    const changes: string[] = []
    page.on('request', (request) => {
      if (request.method() === 'PUT') changes.push(request.url())
    })
    await keyPage.edit.click()
    await keyPage.newKey.fill(key)
    await keyPage.confirm(text('api-key.replace')).click()
    await expect(keyPage.newKey).toHaveAccessibleDescription(says)
    await expect(keyPage.newKey).toHaveAttribute('aria-invalid', 'true')
    await expect(keyPage.newKey).toBeFocused()
    expect(changes).toEqual([])
    expect(await keyward.version()).toBe(1)
  })
}

test('the current key is rejected and stays to be corrected', async ({ keyPage: page, keyward, alice, guard }) => {
  guard.expectStatus(422)
  const secret = await alice.reveal()
  const keyPage = new KeyPage(page)
  await keyPage.edit.click()
  await keyPage.newKey.fill(secret)
  await keyPage.confirm(text('api-key.replace')).click()
  await expect(keyPage.newKey).toHaveAccessibleDescription(new RegExp(text('problems.same-api-key')))
  await expect(keyPage.newKey).toHaveValue(secret)
  expect(await keyward.version()).toBe(1)

  await keyPage.newKey.fill('AbC123xYz789')
  await keyPage.confirm(text('api-key.replace')).click()
  await expect(keyPage.dialog).toBeHidden()
  expect(await keyward.version()).toBe(2)
})
