import { randomUUID } from 'node:crypto'
import { KeyPage } from '../harness/keyPage.ts'
import { LossyProxy } from '../harness/lossyProxy.ts'
import { PortalApi } from '../harness/portalApi.ts'
import { expect, openKeyPage, test } from '../harness/test.ts'
import { text } from '../harness/text.ts'

test('a lost answer is resolved by asking again', async ({ page, keyward, alice, guard }) => {
  guard.expectNetworkErrors()
  const proxy = await LossyProxy.before(keyward.address)
  await openKeyPage(page, proxy.url, alice)
  const keyPage = new KeyPage(page)
  await keyPage.regenerate.click()
  const lost = proxy.loseAnswerTo('POST /api')
  await keyPage.confirm(text('common.regenerate')).click()
  await lost
  expect(await keyward.version()).toBe(2)

  await expect(keyPage.dialog).toBeHidden()
  expect(await keyPage.shownKey()).toBe(await alice.reveal())
  expect(await keyward.version()).toBe(2)
  proxy.close()
})

test('after a crash during a change, the page shows the valid key', async ({ page, keyward, alice, guard }) => {
  guard.expectNetworkErrors()
  guard.expectStatus(401)
  const proxy = await LossyProxy.before(keyward.address)
  await openKeyPage(page, proxy.url, alice)
  const keyPage = new KeyPage(page)
  await keyPage.regenerate.click()
  const lost = proxy.loseAnswerTo('POST /api')
  await keyPage.confirm(text('common.regenerate')).click()
  await lost
  await keyward.kill()
  await keyward.start()

  await expect(keyPage.dialog).toBeHidden()
  expect(await keyPage.shownKey()).toBe(await alice.reveal())
  expect(await keyward.version()).toBe(2)
  proxy.close()
})

test('killed between request and answer: a retry changes once', async ({ keyward, alice }) => {
  const proxy = await LossyProxy.before(keyward.address)
  const throughProxy = await PortalApi.signIn(proxy.url)
  const { version } = await alice.key()
  const repetition = { version, idempotencyKey: randomUUID() }

  const lost = proxy.loseAnswerTo('POST /api/portal/orgs')
  const cut = throughProxy.regenerate(repetition).then(
    () => 'answered',
    () => 'cut',
  )
  await lost
  await keyward.kill()
  expect(await cut).toBe('cut')
  await keyward.start()

  const first = await throughProxy.regenerate(repetition)
  expect(first.status).toBe(200)
  const { key, version: after } = (await first.json()) as { key: string; version: number }
  expect(after).toBe(version + 1)
  expect(await alice.reveal()).toBe(key)

  const second = await alice.regenerate(repetition)
  expect(await second.json()).toMatchObject({ key, version: after })
  expect(await keyward.version()).toBe(after)
  proxy.close()
})

for (const delay of [0, 1, 2, 4, 8, 16]) {
  test(`killed ${delay} ms after the request: one valid key`, async ({ keyward, alice }) => {
    const { version } = await alice.key()
    const repetition = { version, idempotencyKey: randomUUID() }
    const answer = alice.regenerate(repetition).then(
      (it) => it.json() as Promise<{ key: string }>,
      () => undefined,
    )
    // The time is what is varied here; no assertion waits for it.
    await new Promise((resolve) => setTimeout(resolve, delay))
    await keyward.kill()
    const early = await answer
    await keyward.start()

    const late = (await (await alice.regenerate(repetition)).json()) as { key: string; version: number }
    expect(late.version).toBe(version + 1)
    expect(await alice.reveal()).toBe(late.key)
    if (early) expect(early.key).toBe(late.key)
    expect(await keyward.version()).toBe(version + 1)
  })
}
