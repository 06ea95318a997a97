import { isAlive, openSession } from '../harness/cloudApi.ts'
import { KeyPage } from '../harness/keyPage.ts'
import { expect, test } from '../harness/test.ts'
import { text } from '../harness/text.ts'

// The limit of 2 sign-ins a second is not what these tests are about.
test.use({ flags: ['--rate-limit-session', 'off'] })

test('regenerating ends a script that uses the old key immediately', async ({ keyPage: page, keyward, alice }) => {
  const old = await alice.reveal()
  const session = await openSession(keyward.url, old)
  expect(session.status).toBe(200)
  expect(await isAlive(keyward.url, session)).toBe(true)

  const keyPage = new KeyPage(page)
  await keyPage.doRegenerate()
  const shown = await keyPage.shownKey()

  expect(await isAlive(keyward.url, session)).toBe(false)
  expect(await openSession(keyward.url, old)).toMatchObject({ status: 400, code: 'INVALID_USERNAME_OR_PASSWORD' })
  const renewed = await openSession(keyward.url, shown)
  expect(renewed.status).toBe(200)
  expect(await isAlive(keyward.url, renewed)).toBe(true)
})

test('deleting ends it too, and the added key opens again', async ({ keyPage: page, keyward, alice, guard }) => {
  guard.expectStatus(404)
  const old = await alice.reveal()
  const session = await openSession(keyward.url, old)
  const keyPage = new KeyPage(page)
  await keyPage.delete.click()
  await keyPage.confirm(text('common.delete')).click()
  await expect(keyPage.add).toBeVisible()
  expect(await isAlive(keyward.url, session)).toBe(false)
  expect((await openSession(keyward.url, old)).status).toBe(400)

  await keyPage.add.click()
  expect((await openSession(keyward.url, await keyPage.shownKey())).status).toBe(200)
})
